/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Light and colour are a curve per colour; place is one projective map, so that turning, zoom, pan and
 * keystone together cost as much as one of them; sharpness is the difference to the neighbours.
 *
 * A turned picture is made as small as it must be to be seen whole; what lies outside is black.
 * @clause RenderingControl:3 2.2.6 to 2.2.17, 2.3.3 */

#include "picture-frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OCTETS 4
#define LEVELS 255.0
#define HALF 50.0

/* Multiplies red and blue against each other; green half as much as they. */
static void
warmth(int32_t temperature, double ret_factors[3])
{
	double t = (temperature - HALF) / HALF; /* -1: warm, 1: cool */

	ret_factors[0] = t > 0 ? 1 - t / 2 : 1;
	ret_factors[1] = 1 - fabs(t) / 8;
	ret_factors[2] = t < 0 ? 1 + t / 2 : 1;
}

static void
make_curves(PictureLook *look, const int32_t *values)
{
	static const AvuValue gains[] = { AVU_VALUE_RED_GAIN, AVU_VALUE_GREEN_GAIN,
		AVU_VALUE_BLUE_GAIN };
	static const AvuValue blacks[] = { AVU_VALUE_RED_BLACK, AVU_VALUE_GREEN_BLACK,
		AVU_VALUE_BLUE_BLACK };
	const double contrast = values[AVU_VALUE_CONTRAST] / HALF;
	const double brightness = (values[AVU_VALUE_BRIGHTNESS] - HALF) / HALF * LEVELS;
	double factors[3];

	warmth(values[AVU_VALUE_COLOR_TEMPERATURE], factors);
	for (unsigned c = 0; c < 3; c++) {
		double gain = values[gains[c]] / HALF * factors[c];
		double black = values[blacks[c]] / (2 * HALF) * LEVELS;

		for (unsigned i = 0; i < 256; i++) {
			double y = gain * i + black;

			y = (y - LEVELS / 2) * contrast + LEVELS / 2 + brightness;
			look->curves[c][i] = (uint8_t)(CLAMP(y, 0, LEVELS) + 0.5);
			look->curves_used |= look->curves[c][i] != i;
		}
	}
}

static void
multiply(double a[9], const double b[9])
{
	double r[9];

	for (unsigned i = 0; i < 3; i++) {
		for (unsigned k = 0; k < 3; k++) {
			r[i * 3 + k] =
				a[i * 3] * b[k] + a[i * 3 + 1] * b[3 + k] + a[i * 3 + 2] * b[6 + k];
		}
	}
	memcpy(a, r, sizeof(r));
}

/* How far the edge that shrinks comes in: half of it at 100. */
static double
keystone(int32_t value)
{
	double ratio = 1 - abs(value) / (4 * HALF);
	double d = (1 - ratio) / (1 + ratio);

	return value > 0 ? d : -d;
}

/* From a point of the screen back to the point of the source that is seen there; y grows downwards. */
static void
make_map(PictureLook *look, const int32_t *values, double aspect)
{
	const double angle = values[AVU_VALUE_ROTATION] * G_PI / 180;
	const double c = cos(angle), s = sin(angle);
	const double width = fabs(aspect * c) + fabs(s), height = fabs(aspect * s) + fabs(c);
	const double zoom = values[AVU_VALUE_ZOOM] / (2 * HALF) * MIN(aspect / width, 1 / height);
	const double h = keystone(values[AVU_VALUE_HORIZONTAL_KEYSTONE]);
	const double v = -keystone(values[AVU_VALUE_VERTICAL_KEYSTONE]);
	const double turn[9] = { c / zoom, s / zoom, 0, -s / zoom, c / zoom, 0, 0, 0, 1 };
	const double pan[9] = { 1, 0, values[AVU_VALUE_HORIZONTAL_PAN] / HALF * aspect, 0, 1,
		-values[AVU_VALUE_VERTICAL_PAN] / HALF, 0, 0, 1 };
	/* a trapezoid of full width, or height, back to the rectangle */
	const double across[9] = { 1, 0, -h * aspect, 0, 1 + fabs(h), 0, -h / aspect, 0, 1 };
	const double upright[9] = { 1 + fabs(v), 0, 0, 0, 1, -v, 0, -v, 1 };

	memcpy(look->m, pan, sizeof(look->m));
	multiply(look->m, turn);
	multiply(look->m, across);
	multiply(look->m, upright);
}

static bool
is_moved(const int32_t *values)
{
	for (unsigned v = AVU_VALUE_HORIZONTAL_KEYSTONE; v < AVU_N_VALUES; v++) {
		if (values[v] != avu_value_get_spec((AvuValue)v)->neutral) {
			return true;
		}
	}
	return false;
}

void
picture_look_init(PictureLook *look, const int32_t values[AVU_N_VALUES], double aspect)
{
	*look = (PictureLook){ .aspect = aspect,
		.sharpness = (values[AVU_VALUE_SHARPNESS] - HALF) / HALF };
	make_curves(look, values);
	look->moved = is_moved(values);
	if (look->moved) {
		make_map(look, values, aspect);
	}
	look->sharpened = values[AVU_VALUE_SHARPNESS] != (int32_t)HALF;
	look->any = look->curves_used || look->moved || look->sharpened;
}

/* ---- frames */

static const uint8_t *
pixel_at(const PictureFrame *frame, int x, int y)
{
	x = CLAMP(x, 0, (int)frame->width - 1);
	y = CLAMP(y, 0, (int)frame->height - 1);
	return frame->data + (size_t)y * frame->stride + (size_t)x * OCTETS;
}

/* Between four pixels; one that lies outside by less than half of itself counts as the edge. */
static void
sample(const PictureFrame *in, double x, double y, uint8_t *out)
{
	if (x < -0.5 || y < -0.5 || x > in->width - 0.5 || y > in->height - 0.5) {
		memset(out, 0, OCTETS);
		return;
	}
	const int left = (int)floor(x), top = (int)floor(y);
	const double fx = x - left, fy = y - top;
	const uint8_t *a = pixel_at(in, left, top), *b = pixel_at(in, left + 1, top);
	const uint8_t *c = pixel_at(in, left, top + 1), *d = pixel_at(in, left + 1, top + 1);

	for (unsigned i = 0; i < OCTETS; i++) {
		double upper = a[i] + (b[i] - a[i]) * fx, lower = c[i] + (d[i] - c[i]) * fx;

		out[i] = (uint8_t)(upper + (lower - upper) * fy + 0.5);
	}
}

static void
move(const PictureLook *look, const PictureFrame *in, const PictureFrame *out)
{
	const double half = in->height / 2.0, *m = look->m;
	const double middle = in->width / 2.0, wide = middle / look->aspect;

	for (unsigned y = 0; y < out->height; y++) {
		uint8_t *row = out->data + (size_t)y * out->stride;
		const double sy = (y + 0.5 - half) / half;

		for (unsigned x = 0; x < out->width; x++, row += OCTETS) {
			const double sx = (x + 0.5 - middle) / wide;
			const double w = m[6] * sx + m[7] * sy + m[8];

			/* behind the eye nothing is seen */
			sample(in,
				w > 0 ? (m[0] * sx + m[1] * sy + m[2]) / w * wide + middle - 0.5
				      : -1,
				w > 0 ? (m[3] * sx + m[4] * sy + m[5]) / w * half + half - 0.5 : -1,
				row);
		}
	}
}

static void
sharpen(double amount, const PictureFrame *in, const PictureFrame *out)
{
	const int strength = (int)lround(amount * (amount > 0 ? 1.5 : 1) * 256);

	for (int y = 0; y < (int)in->height; y++) {
		uint8_t *row = out->data + (size_t)y * out->stride;

		for (int x = 0; x < (int)in->width; x++, row += OCTETS) {
			const uint8_t *at = pixel_at(in, x, y);
			const uint8_t *l = pixel_at(in, x - 1, y), *r = pixel_at(in, x + 1, y);
			const uint8_t *t = pixel_at(in, x, y - 1), *b = pixel_at(in, x, y + 1);

			for (unsigned i = 0; i < OCTETS; i++) {
				int edge = 4 * at[i] - l[i] - r[i] - t[i] - b[i];
				int value = at[i] + edge * strength / (4 * 256);

				row[i] = (uint8_t)CLAMP(value, 0, UINT8_MAX);
			}
		}
	}
}

static void
curve(const PictureLook *look, const PictureFrame *in, const PictureFrame *out,
	const PictureOrder *order)
{
	for (unsigned y = 0; y < out->height; y++) {
		const uint8_t *from = in->data + (size_t)y * in->stride;
		uint8_t *to = out->data + (size_t)y * out->stride;

		for (unsigned x = 0; x < out->width; x++, from += OCTETS, to += OCTETS) {
			to[order->red] = look->curves[0][from[order->red]];
			to[order->green] = look->curves[1][from[order->green]];
			to[order->blue] = look->curves[2][from[order->blue]];
		}
	}
}

static void
copy(const PictureFrame *in, const PictureFrame *out)
{
	for (unsigned y = 0; y < out->height; y++) {
		memcpy(out->data + (size_t)y * out->stride, in->data + (size_t)y * in->stride,
			(size_t)out->width * OCTETS);
	}
}

void
picture_look_apply(const PictureLook *look, const PictureFrame *in, const PictureFrame *out,
	const PictureOrder *order)
{
	const PictureFrame *from = in;
	g_autofree uint8_t *between = NULL;

	if (look->moved && look->sharpened) {
		PictureFrame moved = *out;

		between = g_malloc(out->stride * out->height);
		moved.data = between;
		move(look, in, &moved);
		sharpen(look->sharpness, &moved, out);
		from = out;
	} else if (look->moved || look->sharpened) {
		if (look->moved) {
			move(look, in, out);
		} else {
			sharpen(look->sharpness, in, out);
		}
		from = out;
	}
	if (look->curves_used) {
		curve(look, from, out, order);
	} else if (from == in) {
		copy(in, out);
	}
}
