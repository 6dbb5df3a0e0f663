// SPDX-License-Identifier: GPL-2.0-or-later
/* The counters, under the names that tools know. */
#include "zswap_internal.h"

#ifdef CONFIG_DEBUG_FS
#include <linux/debugfs.h>

static int debugfs_get_total_size(void *data, u64 *val)
{
	*val = zswap_total_pages() * PAGE_SIZE;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(total_size_fops, debugfs_get_total_size, NULL, "%llu\n");

static int debugfs_get_stored_pages(void *data, u64 *val)
{
	*val = atomic_long_read(&zswap_stored_pages);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(stored_pages_fops, debugfs_get_stored_pages, NULL, "%llu\n");

int zswap_debugfs_init(void)
{
	struct dentry *root;

	if (!debugfs_initialized())
		return -ENODEV;

	root = debugfs_create_dir("zswap", NULL);

	debugfs_create_u64("pool_limit_hit", 0444, root, &zswap_pool_limit_hit);
	debugfs_create_u64("reject_reclaim_fail", 0444, root, &zswap_reject_reclaim_fail);
	debugfs_create_u64("reject_alloc_fail", 0444, root, &zswap_reject_alloc_fail);
	debugfs_create_u64("reject_kmemcache_fail", 0444, root, &zswap_reject_kmemcache_fail);
	debugfs_create_u64("reject_compress_fail", 0444, root, &zswap_reject_compress_fail);
	debugfs_create_u64("reject_compress_poor", 0444, root, &zswap_reject_compress_poor);
	debugfs_create_u64("decompress_fail", 0444, root, &zswap_decompress_fail);
	debugfs_create_u64("written_back_pages", 0444, root, &zswap_written_back_pages);
	debugfs_create_file("pool_total_size", 0444, root, NULL, &total_size_fops);
	debugfs_create_file("stored_pages", 0444, root, NULL, &stored_pages_fops);
	return 0;
}
#else
int zswap_debugfs_init(void)
{
	return 0;
}
#endif
