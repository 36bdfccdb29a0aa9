/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The transforms of version 3: every value again, as XML documents. All act on the mixed output.
 * @clause RenderingControl:3 2.2.21 to 2.2.24, 2.3.3, 2.4.36 to 2.4.42 */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/xml-reader.h>
#include <av-upnp/xml-writer.h>

#include "rendering-private.h"

#define NAME_MAX_BYTES 32
#define ALLOWED_NAMESPACE "urn:schemas-upnp-org:av:AllowedTransformSettings"
#define SETTINGS_NAMESPACE "urn:schemas-upnp-org:av:TransformSettings"

/* "Volume_LF", "Rotation" */
static void
format_name(AvuValue value, AvuChannel channel, char ret_name[NAME_MAX_BYTES])
{
	const AvuValueSpec *spec = avu_value_get_spec(value);

	(void)g_snprintf(ret_name, NAME_MAX_BYTES, "%s%s%s", spec->name, spec->channels ? "_" : "",
		spec->channels ? avu_channel_get_name(channel) : "");
}

static void
each(const AvuRendering *self,
	void (*write)(const AvuRendering *self, AvuXmlWriter *out, const AvuValues *values,
		AvuValue value, AvuChannel channel),
	const AvuValues *values, AvuXmlWriter *out)
{
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
			if (rendering_has(self, (AvuValue)v, (AvuChannel)c)) {
				write(self, out, values, (AvuValue)v, (AvuChannel)c);
			}
		}
	}
}

static void
write_allowed(const AvuRendering *self, AvuXmlWriter *out, const AvuValues *values G_GNUC_UNUSED,
	AvuValue value, AvuChannel channel)
{
	const AvuValueSpec *spec = avu_value_get_spec(value);
	const bool yes_no = spec->max == 1;
	char name[NAME_MAX_BYTES];

	format_name(value, channel, name);
	avu_xml_start(out, "transform");
	avu_xml_attribute(out, "name", name);
	avu_xml_attribute(out, "shared", "1");
	avu_xml_start(out, yes_no ? "allowedValueList" : "allowedValueRange");
	if (spec->unit != NULL) {
		avu_xml_attribute(out, "unit", spec->unit);
	}
	if (value != AVU_VALUE_VOLUME) {
		avu_xml_attribute_int(out, "inactiveValue", spec->neutral);
	}
	if (yes_no) {
		avu_xml_element(out, "allowedValue", "0");
		avu_xml_element(out, "allowedValue", "1");
	} else {
		avu_xml_element_int(out, "minimum", spec->min);
		avu_xml_element_int(out, "maximum", rendering_get_max(self, value));
		avu_xml_element_int(out, "step", 1);
	}
	avu_xml_end(out);
	avu_xml_end(out);
}

static void
write_setting(const AvuRendering *self G_GNUC_UNUSED, AvuXmlWriter *out, const AvuValues *values,
	AvuValue value, AvuChannel channel)
{
	char name[NAME_MAX_BYTES];

	format_name(value, channel, name);
	avu_xml_start(out, "transform");
	avu_xml_attribute(out, "name", name);
	avu_xml_element_int(out, "value", values->at[value][channel]);
	avu_xml_end(out);
}

static void
tell_settings(AvuRendering *self, const char *variable, const AvuValues *values)
{
	AvuXmlWriter *out = avu_xml_writer_new();

	avu_xml_start(out, "TransformSettings");
	avu_xml_attribute(out, "xmlns", SETTINGS_NAMESPACE);
	each(self, write_setting, values, out);
	avu_xml_end(out);
	g_autofree char *text = avu_xml_writer_finish_string(out);

	avu_variables_set(self->variables, self->instance, NULL, variable, text);
}

void
rendering_tell_transforms(AvuRendering *self)
{
	if (self->version >= 3) {
		tell_settings(self, "TransformSettings", &self->values);
	}
}

void
rendering_tell_default_transforms(AvuRendering *self)
{
	if (self->version >= 3) {
		tell_settings(self, "DefaultTransformSettings", &self->defaults);
	}
}

void
rendering_tell_transform_ranges(AvuRendering *self)
{
	if (self->version < 3) {
		return;
	}
	AvuXmlWriter *out = avu_xml_writer_new();

	avu_xml_start(out, "TransformList");
	avu_xml_attribute(out, "xmlns", ALLOWED_NAMESPACE);
	each(self, write_allowed, NULL, out);
	avu_xml_end(out);
	g_autofree char *text = avu_xml_writer_finish_string(out);

	avu_variables_set(self->variables, self->instance, NULL, "AllowedTransformSettings", text);
	avu_variables_set(
		self->variables, self->instance, NULL, "AllowedDefaultTransformSettings", text);
}

static bool
find_transform(
	const AvuRendering *self, const char *name, AvuValue *ret_value, AvuChannel *ret_channel)
{
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
			char own[NAME_MAX_BYTES];

			format_name((AvuValue)v, (AvuChannel)c, own);
			if (strcmp(own, name) == 0 &&
				rendering_has(self, (AvuValue)v, (AvuChannel)c)) {
				*ret_value = (AvuValue)v;
				*ret_channel = (AvuChannel)c;
				return true;
			}
		}
	}
	return false;
}

/* @return whether one element wants what can be set; ret_known: it is one of ours */
static bool
read_transform(const AvuRendering *self, const AvuXmlElement *element, RenderingWishes *wishes,
	bool *ret_known)
{
	const char *name = avu_xml_get_attribute(element, "name");
	const char *text = avu_xml_get_child_text(element, "value");
	AvuValue value;
	AvuChannel channel;
	int64_t number;

	*ret_known = name != NULL && find_transform(self, name, &value, &channel);
	if (!*ret_known || text == NULL ||
		!avu_parse_int(text, avu_value_get_spec(value)->min, rendering_get_max(self, value),
			&number)) {
		return false;
	}
	rendering_wish(wishes, value, channel, (int32_t)number);
	return true;
}

static void
set_defaults(AvuRendering *self, const RenderingWishes *wishes)
{
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
			if ((wishes->wanted[v] & (UINT32_C(1) << c)) != 0) {
				self->defaults.at[v][c] = wishes->values.at[v][c];
			}
		}
	}
	rendering_tell_default_transforms(self);
	rendering_note_change(self);
}

bool
rendering_set_transforms(AvuRendering *self, const char *document, bool defaults, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(AvuXmlDocument) tree =
		avu_xml_parse(&avu_xml_kind_didl, document, strlen(document), &problem);
	const AvuXmlElement *root = tree != NULL ? avu_xml_get_root(tree) : NULL;
	RenderingWishes wishes = { .wanted = { 0 } };
	unsigned n_known = 0, n_done = 0;

	if (root == NULL || !avu_xml_is(root, "TransformSettings")) {
		g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_INVALID_ARGS, "transforms: %s",
			problem != NULL ? problem->message : "no TransformSettings");
		return false;
	}
	for (const AvuXmlElement *at = avu_xml_find_child(root, "transform"); at != NULL;
		at = avu_xml_find_next(at, "transform")) {
		bool known;

		n_done += read_transform(self, at, &wishes, &known);
		n_known += known;
	}
	if (n_done > 0 && defaults) {
		set_defaults(self, &wishes);
	} else if (n_done > 0) {
		rendering_set_wishes(self, &wishes);
	} else {
		g_set_error(error, AVU_UPNP_ERROR,
			n_known == 0 ? RENDERING_TRANSFORMS_NOT_ALLOWED
				     : RENDERING_UNSUPPORTED_VALUES,
			"none of the transforms can be set");
	}
	return n_done > 0;
}
