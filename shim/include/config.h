/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel configuration a subject is built with: what autoconf.h is to
 * the kernel, included ahead of every file by -include. A subject built with
 * another configuration undefines and defines some of it in a header that is
 * included behind this one (make subject CONFIG=...).
 */
#ifndef SHIM_CONFIG_H
#define SHIM_CONFIG_H

#define CONFIG_SWAP			1
#define CONFIG_ZSWAP			1
#define CONFIG_ZPOOL			1
#define CONFIG_ZSMALLOC			1
#define CONFIG_NUMA			1
#define CONFIG_SMP			1
#define CONFIG_XARRAY_MULTI		1
#define CONFIG_TRANSPARENT_HUGEPAGE	1
#define CONFIG_THP_SWAP			1

#define CONFIG_MEMCG			1
#define CONFIG_DEBUG_FS			1

#define CONFIG_ZSWAP_DEFAULT_ON		1
#define CONFIG_ZSWAP_SHRINKER_DEFAULT_ON 1
#define CONFIG_ZSWAP_COMPRESSOR_DEFAULT	"deflate"
#define CONFIG_ZSWAP_ZPOOL_DEFAULT	"zsmalloc"

#define KBUILD_MODNAME			"zswap"

/* As in the kernel, IS_ENABLED() is there for everybody. */
#include <linux/kconfig.h>

#endif
