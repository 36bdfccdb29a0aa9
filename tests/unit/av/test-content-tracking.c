/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes as ContentDirectory:3 and 4 tell them: ContainerUpdateIDs and LastChange, held back, bounded, begun
 * anew after each event. Expected texts after spec/upnp-av-contentdirectory.md 8. */
#include "track-library.h"

#define STATE_EVENT                                                \
	"<StateEvent xmlns=\"urn:schemas-upnp-org:av:cds-event\" " \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" " \
	"xsi:schemaLocation=\"urn:schemas-upnp-org:av:cds-event "  \
	"http://www.upnp.org/schemas/av/cds-events.xsd\">"

static void
assert_variable(Library *l, const char *name, const char *value)
{
	g_autofree char *present =
		avu_variables_dup(avu_service_get_variables(l->base.service), 0, NULL, name);

	g_assert_cmpstr(present, ==, value);
}

static void
test_tracking(void)
{
	g_auto(Library) l;

	library_init_version(&l, &with_search, 4);
	assert_variable(&l, "ContainerUpdateIDs", "");

	/* the first event goes out at once; what follows is held back for a while */
	l.container_update_ids[1] = 99;
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "ContainerUpdateIDs", "c1,99");

	l.n_changes = 2;
	l.changes[0] = (AvuContentChange){ AVU_CONTENT_ADDED, "i1", "c1", "object.item", 100 };
	l.changes[1] = (AvuContentChange){ AVU_CONTENT_MODIFIED, "c1", NULL, NULL, 101 };
	l.container_update_ids[1] = 101;
	l.system_update_id = 101;
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "SystemUpdateID", "101");
	assert_variable(&l, "ContainerUpdateIDs", "c1,101");
	assert_variable(&l, "LastChange",
		STATE_EVENT "<objAdd objID=\"i1\" updateID=\"100\" stUpdate=\"0\" "
			    "objParentID=\"c1\" objClass=\"object.item\"/>"
			    "<objMod objID=\"c1\" updateID=\"101\" stUpdate=\"0\"/></StateEvent>");

	/* Nobody runs the loop here, so no event goes out: the next change is added. */
	l.n_changes = 1;
	l.changes[0] = (AvuContentChange){ AVU_CONTENT_DELETED, "a\"<", NULL, NULL, 102 };
	l.container_update_ids[1] = 102;
	l.container_update_ids[2] = 102;
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "ContainerUpdateIDs", "c1,102,a\\,b\\\\c,102");
	assert_variable(&l, "LastChange",
		STATE_EVENT "<objAdd objID=\"i1\" updateID=\"100\" stUpdate=\"0\" "
			    "objParentID=\"c1\" objClass=\"object.item\"/>"
			    "<objMod objID=\"c1\" updateID=\"101\" stUpdate=\"0\"/>"
			    "<objDel objID=\"a&quot;&lt;\" updateID=\"102\" stUpdate=\"0\"/>"
			    "</StateEvent>");
}

/* Until the event that moderation holds back has gone. */
static void
wait_until_told(Library *l)
{
	while (avu_variables_is_untold(avu_service_get_variables(l->base.service), "LastChange")) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
}

/* After an event the lists start anew, also when nothing of one of them changed. */
static void
test_tracking_starts_anew(void)
{
	g_auto(Library) l;

	library_init_version(&l, &with_search, 4);
	for (unsigned i = 0; i < 2; i++) {
		l.n_changes = 1;
		l.changes[0] = (AvuContentChange){ AVU_CONTENT_MODIFIED, "i1", NULL, NULL, 100 };
		l.container_update_ids[1] = 100;
		avu_content_directory_changed(l.directory);
	}
	wait_until_told(&l);
	l.n_changes = 1;
	l.changes[0] = (AvuContentChange){ AVU_CONTENT_MODIFIED, "i2", NULL, NULL, 101 };
	l.container_update_ids[0] = 101;
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "ContainerUpdateIDs", "0,101");
	assert_variable(&l, "LastChange",
		STATE_EVENT "<objMod objID=\"i2\" updateID=\"101\" stUpdate=\"0\"/></StateEvent>");
	/* nothing changed: nothing is told */
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "ContainerUpdateIDs", "0,101");
}

/* Neither a first scan nor a store that lost count makes the lists endless. */
static void
test_tracking_is_bounded(void)
{
	g_auto(Library) l;

	library_init_version(&l, &with_search, 4);
	l.n_crowd = 100000;
	l.system_update_id = 100000;
	avu_content_directory_changed(l.directory);

	AvuVariables *variables = avu_service_get_variables(l.base.service);
	g_autofree char *pairs = avu_variables_dup(variables, 0, NULL, "ContainerUpdateIDs");
	g_autofree char *changes = avu_variables_dup(variables, 0, NULL, "LastChange");

	g_assert_cmpuint(strlen(pairs), <, 32 * 1024);
	g_assert_cmpuint(strlen(changes), <, 64 * 1024);
	g_assert_true(g_str_has_suffix(pairs, ",0,100000"));
	g_assert_true(g_str_has_suffix(
		changes, "<stDone objID=\"0\" updateID=\"100000\"/></StateEvent>"));
	g_assert_null(strstr(changes, "stUpdate=\"0\""));
	l.lost = true;
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "ContainerUpdateIDs", "0,100000");
	assert_variable(&l, "LastChange",
		STATE_EVENT "<stDone objID=\"0\" updateID=\"100000\"/></StateEvent>");
}

static void
test_without_tracking(void)
{
	g_auto(Library) l;

	library_init_version(&l, &without_search, 1);
	assert_variable(&l, "ContainerUpdateIDs", "");
	assert_variable(&l, "LastChange", "");
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "LastChange", "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/content-directory/tracking", test_tracking);
	g_test_add_func("/content-directory/tracking-starts-anew", test_tracking_starts_anew);
	g_test_add_func("/content-directory/tracking-is-bounded", test_tracking_is_bounded);
	g_test_add_func("/content-directory/without-tracking", test_without_tracking);
	return g_test_run();
}
