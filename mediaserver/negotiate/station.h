/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* negotiate/station.h: a live source as something to decide about and to convert. Pure, any thread.
 *
 * Nobody has looked into it: its address tells the type of what comes, and what is usual in that type is taken to
 * be in it. A wrong guess costs a conversion that was not needed, or the choice of the second resource. */
#pragma once

#include "mediaserver/convert/plan.h"

G_BEGIN_DECLS

/** As if it were a file without an end. @param ret_item  borrows from station */
void station_assume(const Item *station, Item *ret_item);

/** A conversion of it; those alone that can be joined under way and need no place to go back to.
 *  @param assumed  of station_assume()  @return as convert_plan() */
bool station_plan(const Recipe *recipe, const Item *assumed, const ConvertMachine *machine,
	ConvertPlan *ret_plan);
/** The streams of a station are not what was assumed, so that they cannot be copied: the same made anew.
 *  @param plan  of station_plan() @return false: it was no copy, or this machine is too slow */
bool station_plan_instead(const ConvertPlan *plan, const Item *assumed,
	const ConvertMachine *machine, ConvertPlan *ret_plan);

G_END_DECLS
