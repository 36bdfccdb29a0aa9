/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/search-property.h: what of objects can be searched and sorted by, and its SQL */
#pragma once

#include <av-upnp/content-directory.h>

G_BEGIN_DECLS

/* How a property is kept, which decides how it is compared. */
typedef enum {
	SEARCH_FOLDED,   /* one value, folded already */
	SEARCH_SEVERAL,  /* values between separators, folded already: item_fold_values() */
	SEARCH_PLAIN,    /* ASCII that is compared as it is, in lower case */
	SEARCH_NUMBER,   /* integer */
	SEARCH_DURATION, /* nanoseconds; shown as H:MM:SS.mmm */
	SEARCH_PERIOD,   /* nanoseconds; shown as P00:MM:SS */
	SEARCH_CLASS,    /* see search-sql.c */
} SearchForm;

/* SQL over one row of item or container; NULL: such objects have none. */
typedef struct {
	AvuProperty property;
	SearchForm form;
	const char *of_item, *of_container;
	/* which of the indexes item_text_… has a superset of the property's text; containers have titles */
	const char *index;
	/* what results are sorted by; NULL: cannot */
	const char *sort_item, *sort_container;
} SearchProperty;

/** @return NULL: not one of ours */
const SearchProperty *search_property_find(AvuProperty property);
/** SQL to sort by, for one row of item or container; "NULL" when such objects have none. Constant. */
const char *search_property_sort_sql(const AvuSortKey *key, bool containers);
AvuPropertySet search_property_get_search_set(void);
AvuPropertySet search_property_get_sort_set(void);

G_END_DECLS
