/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way from one to the other is computed once at the knots of a lattice; between them it is
 * interpolated, which takes a tenth of the time. Colours of four pixels that share them go through it
 * once. Curves are those of ITU-R BT.2100, the white of a page is at 203 cd/m² (BT.2408). Pure. */
#include "mediaserver/worker/tone.h"

#include <math.h>

#define STEP_BITS 5 /* of 10 */
#define KNOTS 33
#define STEP_MASK 31
#define STEP 32
/* Values are kept with so many bits behind the point. */
#define POINT_BITS 6
#define CHANNELS 3
#define CODE_MAX 1023
#define PAGE_WHITE 203.0
#define PEAK 1000.0
#define DISPLAY_GAMMA 2.4

struct Tone {
	int16_t knots[KNOTS][KNOTS][KNOTS][CHANNELS]; /* by Cb, Cr, Y */
};

/* Which knots lie around a colour, and how near. */
typedef struct {
	const int16_t (*lines[4])[CHANNELS];
	int32_t weights[4];
} Corner;

/* @return cd/m² */
static double
pq_to_light(double signal)
{
	const double m1 = 2610.0 / 16384, m2 = 2523.0 / 4096 * 128;
	const double c1 = 3424.0 / 4096, c2 = 2413.0 / 4096 * 32, c3 = 2392.0 / 4096 * 32;
	const double power = pow(CLAMP(signal, 0, 1), 1 / m2);

	return 10000 * pow(MAX(power - c1, 0) / (c2 - c3 * power), 1 / m1);
}

/* @return of the scene, 0 to 1 */
static double
hlg_to_scene(double signal)
{
	const double a = 0.17883277, b = 1 - 4 * a, c = 0.5 - a * log(4 * a);
	const double in = CLAMP(signal, 0, 1);

	return in <= 0.5 ? in * in / 3 : (exp((in - c) / a) + b) / 12;
}

static void
to_light(ToneCurve curve, double rgb[CHANNELS])
{
	if (curve == TONE_PQ) {
		for (int i = 0; i < CHANNELS; i++) {
			rgb[i] = pq_to_light(rgb[i]);
		}
		return;
	}
	for (int i = 0; i < CHANNELS; i++) {
		rgb[i] = hlg_to_scene(rgb[i]);
	}
	const double scene = 0.2627 * rgb[0] + 0.678 * rgb[1] + 0.0593 * rgb[2];
	const double shown = PEAK * pow(scene, 0.2); /* system gamma 1.2 */

	for (int i = 0; i < CHANNELS; i++) {
		rgb[i] *= shown;
	}
}

/* Dark stays as it is, the peak becomes white; all three alike, so that the hue stays. */
static void
compress(double rgb[CHANNELS])
{
	const double most = MAX(rgb[0], MAX(rgb[1], rgb[2])) / PAGE_WHITE;
	const double peak = PEAK / PAGE_WHITE;
	const double factor = (1 + most / (peak * peak)) / (1 + most) / PAGE_WHITE;

	for (int i = 0; i < CHANNELS; i++) {
		rgb[i] *= factor;
	}
}

/* From light in BT.2020's colours to the signal in BT.709's. */
static void
to_signal(double rgb[CHANNELS])
{
	static const double matrix[CHANNELS][CHANNELS] = { { 1.6605, -0.5876, -0.0728 },
		{ -0.1246, 1.1329, -0.0083 }, { -0.0182, -0.1006, 1.1187 } };
	const double from[CHANNELS] = { rgb[0], rgb[1], rgb[2] };

	for (int i = 0; i < CHANNELS; i++) {
		const double light =
			matrix[i][0] * from[0] + matrix[i][1] * from[1] + matrix[i][2] * from[2];

		rgb[i] = pow(CLAMP(light, 0, 1), 1 / DISPLAY_GAMMA);
	}
}

static void
compute(ToneCurve curve, int y_code, int cb_code, int cr_code, int16_t out[CHANNELS])
{
	const double y = (y_code - 64) / 876.0;
	const double cb = (cb_code - 512) / 896.0, cr = (cr_code - 512) / 896.0;
	double rgb[CHANNELS] = { y + 1.4746 * cr, y - 0.16455 * cb - 0.57135 * cr,
		y + 1.8814 * cb };

	to_light(curve, rgb);
	compress(rgb);
	to_signal(rgb);
	const double luma = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
	const double values[CHANNELS] = { 16 + 219 * luma, 128 + 224 * (rgb[2] - luma) / 1.8556,
		128 + 224 * (rgb[0] - luma) / 1.5748 };

	for (int i = 0; i < CHANNELS; i++) {
		out[i] = (int16_t)lround(values[i] * (1 << POINT_BITS));
	}
}

Tone *
tone_new(ToneCurve curve)
{
	Tone *tone = g_new(Tone, 1);

	for (int cb = 0; cb < KNOTS; cb++) {
		for (int cr = 0; cr < KNOTS; cr++) {
			for (int y = 0; y < KNOTS; y++) {
				compute(curve, y * STEP, cb * STEP, cr * STEP,
					tone->knots[cb][cr][y]);
			}
		}
	}
	return tone;
}

void
tone_free(Tone *tone)
{
	g_free(tone);
}

static Corner
find_corner(const Tone *tone, unsigned cb, unsigned cr)
{
	const unsigned at_cb = cb >> STEP_BITS, at_cr = cr >> STEP_BITS;
	const int32_t in_cb = (int32_t)(cb & STEP_MASK), in_cr = (int32_t)(cr & STEP_MASK);

	return (Corner){
		.lines = { tone->knots[at_cb][at_cr], tone->knots[at_cb][at_cr + 1],
			tone->knots[at_cb + 1][at_cr], tone->knots[at_cb + 1][at_cr + 1] },
		.weights = { (STEP - in_cb) * (STEP - in_cr), (STEP - in_cb) * in_cr,
			in_cb * (STEP - in_cr), in_cb * in_cr },
	};
}

/* @return 0 to 255 */
static uint8_t
interpolate(const Corner *corner, unsigned y, int channel)
{
	const unsigned at = y >> STEP_BITS;
	const int32_t in = (int32_t)(y & STEP_MASK);
	const int shift = POINT_BITS + 3 * STEP_BITS;
	int32_t sum = 0;

	for (int i = 0; i < 4; i++) {
		sum += corner->weights[i] * ((STEP - in) * corner->lines[i][at][channel] +
						    in * corner->lines[i][at + 1][channel]);
	}
	return (uint8_t)CLAMP((sum + (1 << (shift - 1))) >> shift, 0, 255);
}

static void
run_rows(const Tone *tone, const TonePicture *picture, int row)
{
	const uint16_t *from[CHANNELS];
	uint8_t *to[CHANNELS];

	for (int i = 0; i < CHANNELS; i++) {
		const int at = i == 0 ? 2 * row : row;

		from[i] = picture->from[i] +
			  at * (picture->from_strides[i] / (ptrdiff_t)sizeof(uint16_t));
		to[i] = picture->to[i] + at * picture->to_strides[i];
	}
	const uint16_t *below = from[0] + picture->from_strides[0] / (ptrdiff_t)sizeof(uint16_t);
	uint8_t *to_below = to[0] + picture->to_strides[0];

	for (int x = 0; x < picture->width / 2; x++) {
		/* what is more than ten bits is no picture: it is cut */
		const Corner corner =
			find_corner(tone, from[1][x] & CODE_MAX, from[2][x] & CODE_MAX);
		const unsigned y[] = { from[0][2 * x] & CODE_MAX, from[0][2 * x + 1] & CODE_MAX,
			below[2 * x] & CODE_MAX, below[2 * x + 1] & CODE_MAX };
		const unsigned mean = (y[0] + y[1] + y[2] + y[3] + 2) / 4;

		to[0][2 * x] = interpolate(&corner, y[0], 0);
		to[0][2 * x + 1] = interpolate(&corner, y[1], 0);
		to_below[2 * x] = interpolate(&corner, y[2], 0);
		to_below[2 * x + 1] = interpolate(&corner, y[3], 0);
		to[1][x] = interpolate(&corner, mean, 1);
		to[2][x] = interpolate(&corner, mean, 2);
	}
}

void
tone_run(const Tone *tone, const TonePicture *picture)
{
	for (int row = 0; row < picture->height / 2; row++) {
		run_rows(tone, picture, row);
	}
}
