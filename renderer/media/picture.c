/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The picture element: frames pass unchanged until a value is not neutral; then it asks the converter
 * in front of it for RGB.
 *
 * One Picture holds what was asked for; each pipeline with pictures has an element that follows it.
 * Values are set on the main thread, frames change on GStreamer's. A thread of GStreamer's may be the last
 * to let go of a pipeline, after whoever made it: so each element has a reference to its Picture. */

#include "picture.h"

#include <gst/video/gstvideofilter.h>
#include <gst/video/video.h>

#include "living.h"
#include "picture-frame.h"

#define PICTURE_FORMATS "{ BGRx, RGBx, xRGB, xBGR }"

struct Picture {
	gatomicrefcount refs; /* of the owner and of each element */
	GMutex lock;          /* guards what follows */
	int32_t values[AVU_N_VALUES];
	bool neutral;
	unsigned serial; /* grows with each change */
	Living *living;  /* elements */
};

typedef struct {
	GstVideoFilter parent;
	Picture *picture;
	unsigned serial;
	bool known; /* look fits serial and the present size */
	PictureLook look;
} AvPicture;

typedef struct {
	GstVideoFilterClass parent_class;
} AvPictureClass;

GType av_picture_get_type(void);
G_DEFINE_TYPE(AvPicture, av_picture, GST_TYPE_VIDEO_FILTER)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
	"sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(ANY)"));
static GstStaticPadTemplate source_template = GST_STATIC_PAD_TEMPLATE(
	"src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(ANY)"));
static GstStaticCaps active_caps = GST_STATIC_CAPS(GST_VIDEO_CAPS_MAKE(PICTURE_FORMATS));

/* ---- what was asked for */

Picture *
picture_new(void)
{
	Picture *picture = g_new0(Picture, 1);

	g_atomic_ref_count_init(&picture->refs);
	g_mutex_init(&picture->lock);
	picture->neutral = true;
	picture->living = living_new();
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		picture->values[v] = avu_value_get_spec((AvuValue)v)->neutral;
	}
	return picture;
}

void
picture_free(Picture *picture)
{
	if (picture != NULL && g_atomic_ref_count_dec(&picture->refs)) {
		living_free(picture->living);
		g_mutex_clear(&picture->lock);
		g_free(picture);
	}
}

static bool
picture_is_neutral(const Picture *picture)
{
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		const AvuValueSpec *spec = avu_value_get_spec((AvuValue)v);

		if (spec->picture && picture->values[v] != spec->neutral) {
			return false;
		}
	}
	return true;
}

void
picture_set(Picture *picture, AvuValue value, int32_t number)
{
	const AvuValueSpec *spec = value < AVU_N_VALUES ? avu_value_get_spec(value) : NULL;

	if (spec == NULL || !spec->picture) {
		return;
	}
	g_mutex_lock(&picture->lock);
	picture->values[value] = CLAMP(number, spec->min, spec->max);
	picture->serial++;
	bool turned = picture->neutral != picture_is_neutral(picture);
	g_autoptr(GPtrArray) elements = turned ? living_get(picture->living) : NULL;

	picture->neutral ^= turned;
	g_mutex_unlock(&picture->lock);
	/* Only this thread turns it. */
	for (guint i = 0; elements != NULL && i < elements->len; i++) {
		gst_base_transform_set_passthrough(
			g_ptr_array_index(elements, i), picture->neutral);
		gst_base_transform_reconfigure_sink(g_ptr_array_index(elements, i));
	}
}

/* ---- the element */

static GstCaps *
picture_transform_caps(GstBaseTransform *base, GstPadDirection direction G_GNUC_UNUSED,
	GstCaps *caps, GstCaps *filter)
{
	GstCaps *result = gst_base_transform_is_passthrough(base) ? gst_caps_ref(caps) : NULL;

	if (result == NULL) {
		g_autoptr(GstCaps) ours = gst_static_caps_get(&active_caps);

		result = gst_caps_intersect_full(caps, ours, GST_CAPS_INTERSECT_FIRST);
	}
	if (filter != NULL) {
		GstCaps *all = result;

		result = gst_caps_intersect_full(filter, all, GST_CAPS_INTERSECT_FIRST);
		gst_caps_unref(all);
	}
	return result;
}

static gboolean
picture_set_info(GstVideoFilter *filter, GstCaps *in_caps G_GNUC_UNUSED,
	GstVideoInfo *in G_GNUC_UNUSED, GstCaps *out_caps G_GNUC_UNUSED,
	GstVideoInfo *out G_GNUC_UNUSED)
{
	((AvPicture *)filter)->known = false;
	return TRUE;
}

static void
picture_follow(AvPicture *self, const GstVideoFrame *frame)
{
	Picture *picture = self->picture;
	int32_t values[AVU_N_VALUES];

	g_mutex_lock(&picture->lock);
	bool same = self->known && self->serial == picture->serial;

	self->serial = picture->serial;
	memcpy(values, picture->values, sizeof(values));
	g_mutex_unlock(&picture->lock);
	if (!same) {
		double aspect = (double)GST_VIDEO_FRAME_WIDTH(frame) /
				GST_VIDEO_FRAME_HEIGHT(frame) * MAX(frame->info.par_n, 1) /
				MAX(frame->info.par_d, 1);

		picture_look_init(&self->look, values, aspect);
		self->known = true;
	}
}

static PictureFrame
picture_frame_of(GstVideoFrame *frame)
{
	return (PictureFrame){ GST_VIDEO_FRAME_PLANE_DATA(frame, 0),
		(size_t)GST_VIDEO_FRAME_PLANE_STRIDE(frame, 0),
		(unsigned)GST_VIDEO_FRAME_WIDTH(frame), (unsigned)GST_VIDEO_FRAME_HEIGHT(frame) };
}

static GstFlowReturn
picture_transform_frame(GstVideoFilter *filter, GstVideoFrame *in, GstVideoFrame *out)
{
	AvPicture *self = (AvPicture *)filter;
	const GstVideoFormatInfo *info = in->info.finfo;

	/* Frames that were under way when the converter was asked for RGB. */
	if (!GST_VIDEO_FORMAT_INFO_IS_RGB(info) || GST_VIDEO_FORMAT_INFO_PSTRIDE(info, 0) != 4) {
		return gst_video_frame_copy(out, in) ? GST_FLOW_OK : GST_FLOW_ERROR;
	}
	const PictureOrder order = { (unsigned)GST_VIDEO_FORMAT_INFO_POFFSET(info, 0),
		(unsigned)GST_VIDEO_FORMAT_INFO_POFFSET(info, 1),
		(unsigned)GST_VIDEO_FORMAT_INFO_POFFSET(info, 2) };
	const PictureFrame from = picture_frame_of(in), to = picture_frame_of(out);

	picture_follow(self, in);
	picture_look_apply(&self->look, &from, &to, &order);
	return GST_FLOW_OK;
}

static void
picture_finalize(GObject *object)
{
	picture_free(((AvPicture *)object)->picture);
	G_OBJECT_CLASS(av_picture_parent_class)->finalize(object);
}

static void
av_picture_class_init(AvPictureClass *class)
{
	GstElementClass *element = GST_ELEMENT_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = picture_finalize;
	gst_element_class_add_static_pad_template(element, &sink_template);
	gst_element_class_add_static_pad_template(element, &source_template);
	gst_element_class_set_static_metadata(element, "Picture", "Filter/Effect/Video",
		"Light, colour, sharpness and place of pictures", "av-upnp");
	GST_BASE_TRANSFORM_CLASS(class)->transform_caps = picture_transform_caps;
	GST_VIDEO_FILTER_CLASS(class)->set_info = picture_set_info;
	GST_VIDEO_FILTER_CLASS(class)->transform_frame = picture_transform_frame;
}

static void
av_picture_init(AvPicture *self G_GNUC_UNUSED)
{
	/* picture_make_element() does it. */
}

GstElement *
picture_make_element(Picture *picture)
{
	AvPicture *self = g_object_new(av_picture_get_type(), NULL);

	g_atomic_ref_count_inc(&picture->refs);
	g_mutex_lock(&picture->lock);
	self->picture = picture;
	gst_base_transform_set_passthrough(GST_BASE_TRANSFORM(self), picture->neutral);
	living_add(picture->living, GST_ELEMENT(self));
	g_mutex_unlock(&picture->lock);
	return GST_ELEMENT(self);
}
