/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/data-dir.c: folders that the build chose, and how the build tree and users say otherwise. Any
 * thread. */
#include <stdlib.h>
#include <sys/auxv.h>

#include <av-upnp/data-dir.h>

char *
avu_dup_data_path(const char *name)
{
	const char *folder = getauxval(AT_SECURE) == 0 ? getenv("AV_UPNP_DATADIR") : NULL;

	return g_build_filename(
		folder != NULL && folder[0] == '/' ? folder : AVU_DATA_DIR, name, NULL);
}

char **
avu_dup_config_paths(const char *name)
{
	GPtrArray *paths = g_ptr_array_new();

	g_ptr_array_add(paths, g_build_filename(g_get_user_config_dir(), "av-upnp", name, NULL));
	g_ptr_array_add(paths, g_build_filename(AVU_SYSCONF_DIR, name, NULL));
	g_ptr_array_add(paths, g_build_filename("/etc/av-upnp", name, NULL));
	g_ptr_array_add(paths, NULL);
	return (char **)g_ptr_array_free(paths, FALSE);
}

char **
avu_dup_profile_folders(const char *name)
{
	g_auto(GStrv) own = avu_dup_config_paths(name); /* the strongest first */
	GPtrArray *folders = g_ptr_array_new();

	g_ptr_array_add(folders, avu_dup_data_path(name));
	for (guint i = g_strv_length(own); i > 0; i--) {
		if (!g_ptr_array_find_with_equal_func(folders, own[i - 1], g_str_equal, NULL)) {
			g_ptr_array_add(folders, g_strdup(own[i - 1]));
		}
	}
	g_ptr_array_add(folders, NULL);
	return (char **)g_ptr_array_free(folders, FALSE);
}
