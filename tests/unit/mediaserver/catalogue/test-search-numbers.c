/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Searches and orders by the numbers that only the catalogue knows, of containers above all: what is told of each is
 * what finds it. */
#include "search-model.h"

typedef struct {
	GArray *numbers; /* int64_t */
	AvuProperty property;
} Numbers;

static void
note_container_number(const Container *container, void *data)
{
	Numbers *numbers = data;
	const int64_t number =
		numbers->property == AVU_PROPERTY_CHILD_COUNT           ? container->children
		: numbers->property == AVU_PROPERTY_CONTAINER_UPDATE_ID ? container->update_id
		: numbers->property == AVU_PROPERTY_OBJECT_UPDATE_ID ? container->object_update_id
								     : container->deleted_children;

	g_array_append_val(numbers->numbers, number);
}

static void
note_item_number(const Item *item, void *data)
{
	Numbers *numbers = data;

	g_assert_cmpint(numbers->property, ==, AVU_PROPERTY_OBJECT_UPDATE_ID);
	g_array_append_val(numbers->numbers, item->object_update_id);
}

static GArray *
find_numbers(Fixture *f, AvuProperty property, const char *criteria, const AvuSortKey *sort)
{
	const AvuPropertySet known = catalogue_get_search_properties();
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuQuery) query = avu_query_parse(criteria, &known, &error);
	Numbers numbers = { g_array_new(FALSE, FALSE, sizeof(int64_t)), property };
	const CatalogueSink sink = { note_container_number, note_item_number, &numbers };
	const CataloguePage page = { .count = 1000, .sort = sort, .n_sort = sort != NULL ? 1 : 0 };
	AvuContentResult result = { 0 };

	g_test_message("%s", criteria);
	g_assert_no_error(error);
	g_assert_true(catalogue_search(f->catalogue, view_get_container(view_find("0")), query,
		&page, &sink, &result, &error));
	return numbers.numbers;
}

static void
check_numbers(Fixture *f, AvuProperty property, const char *upnp_class)
{
	const char *name = avu_property_get_name(property);
	g_autofree char *all_text = g_strdup_printf("upnp:class derivedfrom \"%s\"", upnp_class);
	g_autoptr(GArray) all = find_numbers(f, property, all_text, NULL);

	g_assert_cmpuint(all->len, >, 10);
	for (guint i = 0; i < all->len; i += 1 + all->len / 8) {
		const int64_t number = g_array_index(all, int64_t, i);
		guint equal = 0, more = 0;

		for (guint k = 0; k < all->len; k++) {
			equal += g_array_index(all, int64_t, k) == number ? 1 : 0;
			more += g_array_index(all, int64_t, k) > number ? 1 : 0;
		}
		g_autofree char *same = g_strdup_printf(
			"%s and %s = \"%" G_GINT64_FORMAT "\"", all_text, name, number);
		g_autofree char *greater = g_strdup_printf(
			"%s and %s > \"%" G_GINT64_FORMAT "\"", all_text, name, number);
		g_autoptr(GArray) found_same = find_numbers(f, property, same, NULL);
		g_autoptr(GArray) found_greater = find_numbers(f, property, greater, NULL);

		g_assert_cmpuint(found_same->len, ==, equal);
		g_assert_cmpuint(found_greater->len, ==, more);
	}
}

static void
check_number_order(Fixture *f, AvuProperty property, const char *upnp_class)
{
	g_autofree char *all = g_strdup_printf("upnp:class derivedfrom \"%s\"", upnp_class);
	const AvuSortKey down = { .property = property, .descending = true };
	g_autoptr(GArray) found = find_numbers(f, property, all, &down);

	for (guint i = 1; i < found->len; i++) {
		g_assert_cmpint(
			g_array_index(found, int64_t, i - 1), >=, g_array_index(found, int64_t, i));
	}
}

static void
test_numbers(Fixture *f, const void *unused)
{
	static const AvuProperty own[] = { AVU_PROPERTY_CHILD_COUNT,
		AVU_PROPERTY_CONTAINER_UPDATE_ID, AVU_PROPERTY_OBJECT_UPDATE_ID,
		AVU_PROPERTY_TOTAL_DELETED_CHILDREN };

	(void)unused;
	for (unsigned i = 0; i < N_ITEMS / 2; i += 3) { /* each in a transaction of its own */
		g_assert_true(catalogue_begin(f->catalogue, NULL));
		g_assert_true(catalogue_remove_item(f->catalogue, f->items[i].id, NULL));
		g_assert_true(catalogue_commit(f->catalogue, NULL));
		g_assert_true(catalogue_begin(f->catalogue, NULL));
		put(f, i + 1);
		g_assert_true(catalogue_commit(f->catalogue, NULL));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(own); i++) {
		const AvuPropertySet sortable = catalogue_get_sort_properties();

		check_numbers(f, own[i], "object.container");
		if (avu_property_set_has(&sortable, own[i])) {
			check_number_order(f, own[i], "object.container");
		}
	}
	check_numbers(f, AVU_PROPERTY_OBJECT_UPDATE_ID, "object.item");
	check_number_order(f, AVU_PROPERTY_OBJECT_UPDATE_ID, "object.item");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add(
		"/search-numbers", Fixture, GUINT_TO_POINTER(5), set_up, test_numbers, tear_down);
	return g_test_run();
}
