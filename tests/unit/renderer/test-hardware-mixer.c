/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The mixer of a card, over a fake card: -50 to +4 dB in steps of 1.5 dB, with or without a switch. */

#include <sys/eventfd.h>
#include <unistd.h>

#include <av-upnp/error.h>

#include "media/hardware-mixer.h"

#define CARD_MIN (-5000)
#define CARD_MAX 400
#define CARD_STEP 150

typedef struct {
	long level, min;
	bool mute, has_switch, gone, unreadable;
	unsigned n_writes, n_taken, n_opened;
	int fd;
	GString *told;
} Card;

static Card card;

static void *
fake_open(const char *name, const char *control, GError **error)
{
	if (!g_str_equal(name, "hw:0") || !g_str_equal(control, "Master")) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "no such control");
		return NULL;
	}
	card.n_opened++;
	if (card.gone) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "no such card");
		return NULL;
	}
	card.fd = eventfd(0, EFD_NONBLOCK);
	return &card;
}

static void
fake_close(void *control G_GNUC_UNUSED)
{
	(void)close(card.fd);
}

static void
fake_get_range(void *control G_GNUC_UNUSED, long *ret_min, long *ret_max)
{
	*ret_min = card.min;
	*ret_max = CARD_MAX;
}

static bool
fake_read(void *control G_GNUC_UNUSED, long *ret_level, bool *ret_mute)
{
	*ret_level = card.level;
	*ret_mute = card.mute;
	return !card.gone && !card.unreadable;
}

static void
fake_write_level(void *control G_GNUC_UNUSED, long level)
{
	card.level = card.min + (level - card.min + CARD_STEP / 2) / CARD_STEP * CARD_STEP;
	card.n_writes++;
	(void)eventfd_write(card.fd, 1); /* a card tells of its own changes, too */
}

static bool
fake_write_mute(void *control G_GNUC_UNUSED, bool mute)
{
	card.mute = card.has_switch && mute;
	(void)eventfd_write(card.fd, 1);
	return card.has_switch;
}

static int
fake_get_fd(void *control G_GNUC_UNUSED)
{
	return card.fd;
}

/* The descriptor of a card that is gone stays ready. */
static bool
fake_take(void *control G_GNUC_UNUSED)
{
	eventfd_t n;

	card.n_taken++;
	if (!card.gone) {
		(void)eventfd_read(card.fd, &n);
	}
	return !card.gone;
}

static const MixerControl fake = { fake_open, fake_close, fake_get_range, fake_read,
	fake_write_level, fake_write_mute, fake_get_fd, fake_take, AVU_NS_PER_MS };

static void
on_changed(AvuValue value, int32_t number, void *user_data)
{
	g_assert_true(user_data == &card);
	g_string_append_printf(
		card.told, "%s=%d ", value == AVU_VALUE_VOLUME ? "volume" : "mute", number);
}

/* @param found  as the card is when it is opened */
static HardwareMixer *
card_open_as(const Card *found)
{
	g_autoptr(GError) error = NULL;

	card = *found;
	card.told = g_string_new(NULL);
	HardwareMixer *mixer =
		hardware_mixer_new(&fake, "hw:0", "Master", on_changed, &card, &error);

	g_assert_no_error(error);
	return mixer;
}

static HardwareMixer *
card_open(bool has_switch)
{
	return card_open_as(
		&(const Card){ .level = -2000, .min = CARD_MIN, .has_switch = has_switch });
}

static void
settle(void)
{
	while (g_main_context_iteration(NULL, FALSE)) {
		/* until nothing is left */
	}
}

/* @return what was told since */
static void
assert_told(const char *expected)
{
	settle();
	g_assert_cmpstr(card.told->str, ==, expected);
	g_string_truncate(card.told, 0);
}

static void
turn(long level)
{
	card.level = level;
	(void)eventfd_write(card.fd, 1);
}

static const struct {
	int32_t volume_db;
	long level;
	const char *why;
} levels[] = {
	{ 0, 400, "the loudest it has" },
	{ -10 * 256, -650, "10 dB less is -600; the nearest step is -650" },
	{ -54 * 256, -5000, "the quietest" },
	{ -75 * 256, -5000, "quieter than it can be" },
	{ AVU_VOLUME_SILENT, -5000, "silence" },
};

static void
test_levels(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(levels); i++) {
		g_autoptr(HardwareMixer) mixer = card_open(true);

		g_test_message("%s", levels[i].why);
		hardware_mixer_set(mixer, AVU_VALUE_VOLUME, levels[i].volume_db);
		g_assert_cmpint(card.level, ==, levels[i].level);
		assert_told(""); /* it is as it was set, however coarse */
		g_string_free(card.told, TRUE);
	}
}

static void
test_the_knob(void)
{
	g_autoptr(HardwareMixer) mixer = card_open(true);

	turn(-650);
	assert_told("volume=-2688 "); /* 10.5 dB below the loudest */
	turn(-650);
	assert_told("");
	turn(CARD_MIN);
	assert_told("volume=-32768 ");
	card.mute = true;
	turn(CARD_MAX);
	assert_told("volume=0 mute=1 ");
	hardware_mixer_set(mixer, AVU_VALUE_MUTE, 0);
	g_assert_false(card.mute);
	assert_told("");
	g_string_free(card.told, TRUE);
}

/* Pulled out, its descriptor is ready for ever: it is looked at once, said once, and looked for. What is
 * set meanwhile is there when the card is, however it comes up, and its knob counts again. */
static void
test_pulled_out(void)
{
	g_autoptr(HardwareMixer) mixer = card_open(true);
	const unsigned n_opened = card.n_opened;

	card.gone = true;
	g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "*'hw:0' is gone*");
	turn(0);
	while (card.n_opened < n_opened + 3) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	g_test_assert_expected_messages();
	g_assert_cmpuint(card.n_taken, ==, 1);
	hardware_mixer_set(mixer, AVU_VALUE_VOLUME, -10 * 256);
	hardware_mixer_set(mixer, AVU_VALUE_MUTE, 1);
	g_assert_cmpuint(card.n_writes, ==, 0);
	assert_told("");
	card.gone = false;
	card.level = CARD_MAX; /* as a card comes up that nobody set */
	while (card.n_writes == 0) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	g_assert_cmpint(card.level, ==, -650);
	g_assert_true(card.mute);
	assert_told("");
	turn(CARD_MIN);
	assert_told("volume=-32768 ");
	g_string_free(card.told, TRUE);
}

/* It comes back as it was found, or as its knob had left it, if nobody set anything. */
static void
test_found_and_back(void)
{
	static const struct {
		bool mute, knob;
		long level;
		bool muted;
		const char *told, *why;
	} rows[] = {
		{ false, false, -2000, false, "", "as it was found" },
		{ true, false, -2000, true, "", "it was found muted" },
		{ false, true, -650, true, "volume=-2688 mute=1 ",
			"its knob was turned and pressed" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(HardwareMixer) mixer = card_open_as(&(const Card){ .level = -2000,
			.min = CARD_MIN,
			.has_switch = true,
			.mute = rows[i].mute });

		g_test_message("%s", rows[i].why);
		if (rows[i].knob) {
			card.mute = true;
			turn(-650);
		}
		assert_told(rows[i].told);
		g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "*'hw:0' is gone*");
		card.unreadable = true; /* there, but it does not answer */
		turn(card.level);
		settle();
		g_test_assert_expected_messages();
		card.unreadable = card.mute = false;
		card.level = CARD_MAX;
		while (card.n_writes == 0) {
			(void)g_main_context_iteration(NULL, TRUE);
		}
		g_assert_cmpint(card.level, ==, rows[i].level);
		g_assert_true(card.mute == rows[i].muted);
		assert_told("");
		g_string_free(card.told, TRUE);
	}
}

/* A card with more steps than VolumeDB has: silence is its lowest, and what is just above is no silence. */
static void
test_wide_card(void)
{
	g_autoptr(HardwareMixer) mixer =
		card_open_as(&(const Card){ .level = 0, .min = -20000, .has_switch = true });

	hardware_mixer_set(mixer, AVU_VALUE_VOLUME, AVU_VOLUME_SILENT);
	g_assert_cmpint(card.level, ==, -20000);
	assert_told("");
	turn(-19999);
	assert_told("volume=-32767 ");
	g_string_free(card.told, TRUE);
}

/* Muted by the level; the volume set meanwhile comes afterwards. */
static void
test_without_a_switch(void)
{
	g_autoptr(HardwareMixer) mixer = card_open(false);

	hardware_mixer_set(mixer, AVU_VALUE_VOLUME, 0);
	hardware_mixer_set(mixer, AVU_VALUE_MUTE, 1);
	g_assert_cmpint(card.level, ==, CARD_MIN);
	hardware_mixer_set(mixer, AVU_VALUE_VOLUME, -10 * 256);
	g_assert_cmpint(card.level, ==, CARD_MIN);
	hardware_mixer_set(mixer, AVU_VALUE_MUTE, 0);
	g_assert_cmpint(card.level, ==, -650);
	assert_told("");
	hardware_mixer_set(mixer, AVU_VALUE_MUTE, 1);
	turn(-2000); /* somebody wants to hear it */
	assert_told("volume=-6144 mute=0 ");
	hardware_mixer_set(mixer, AVU_VALUE_VOLUME, 0);
	g_assert_cmpint(card.level, ==, CARD_MAX);
	g_string_free(card.told, TRUE);
}

static void
test_what_is_not_there(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) trouble = NULL;

	g_assert_null(hardware_mixer_new(&fake, "hw:7", "Master", on_changed, NULL, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND);
	/* the real one, on a machine that has no such card */
	g_assert_null(hardware_mixer_new(
		&mixer_alsa, "hw:no-such-card", "Master", on_changed, NULL, &trouble));
	g_assert_nonnull(strstr(trouble->message, "'hw:no-such-card'"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hardware-mixer/levels", test_levels);
	g_test_add_func("/hardware-mixer/knob", test_the_knob);
	g_test_add_func("/hardware-mixer/pulled-out", test_pulled_out);
	g_test_add_func("/hardware-mixer/found-and-back", test_found_and_back);
	g_test_add_func("/hardware-mixer/wide-card", test_wide_card);
	g_test_add_func("/hardware-mixer/without-switch", test_without_a_switch);
	g_test_add_func("/hardware-mixer/absent", test_what_is_not_there);
	return g_test_run();
}
