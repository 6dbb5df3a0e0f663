/* Kernel style, with every shape of an error edge and some that are none. */
static int helper(int a)
{
	if (a)
		return -EINVAL;
	return 0;
}

int subject(struct thing *t)
{
	struct other *o;
	int err;

retry:
	if (!t->ready)
		goto retry;
	/* if (err) goto nowhere; */
	o = make(t);
	if (!o) {
		pr_err("if (!o) goto nowhere;");
		goto no_other;
	}

	err = helper(t->a);
	if (err)
		failures++;
	if (t->a &&
	    !t->b) {
		int lost;

		lost = drop(o);
	}
	if (IS_ERR(o->p))
		return PTR_ERR(o->p);
	if (err < 0)
		return err;
	if (t->c)
		return 1;
	return 0;

no_other:
	return -ENOMEM;
}
