# SPDX-License-Identifier: LGPL-2.1-or-later
"""A foreign control point made of async_upnp_client (what Home Assistant drives renderers with), strict about what it reads.

    async_dmr.py LOCATION OWN_ADDRESS MEDIA_URL

Reads the description and all services, asks everything that can be asked, subscribes, plays, seeks, pauses, changes the
volume, stops. Prints one JSON object: {name, asked: {action: {…} or {"error": …}}, told: {variable: [values…]},
state, title, duration, volume, muted, can: […], sink}. The order of told is that of the events.
"""

import asyncio
import collections
import datetime
import json
import sys

from async_upnp_client.aiohttp import AiohttpNotifyServer, AiohttpRequester
from async_upnp_client.client_factory import UpnpFactory
from async_upnp_client.exceptions import UpnpError
from async_upnp_client.profiles.dlna import DmrDevice

PATIENCE_S = 30
# What is not 0, "Master" or "*".
ARGUMENTS = {"ItemInfoFilter": "*", "ItemMetadataList": "<DIDL-Lite/>", "ConnectionID": 0, "StateVariableList": "*",
             "PlaylistType": "Static"}


async def until(what, condition):
    for _ in range(PATIENCE_S * 20):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise SystemExit(f"not within {PATIENCE_S} s: {what}")


def make_argument(argument):
    if argument.name in ARGUMENTS:
        return ARGUMENTS[argument.name]
    return "Master" if argument.name == "Channel" else 0


async def ask_everything(device):
    """Each action that only asks; in and out arguments are checked against the service's own description."""
    asked = {}
    for service in device.services.values():
        for action in service.actions.values():
            if action.name.startswith(("Get", "List", "X_DLNA_Get")):
                arguments = {argument.name: make_argument(argument) for argument in action.in_arguments()}
                try:
                    answer = await action.async_call(**arguments)
                except UpnpError as error:
                    answer = {"error": f"{type(error).__name__}: {error}"}
                asked[f"{service.service_id.rsplit(':')[-1]}.{action.name}"] = {k: str(v) for k, v in answer.items()}
    return asked


async def drive(renderer, url):
    await renderer.async_set_transport_uri(url, "Hidden Place", await renderer.construct_play_media_metadata(url, "Hidden Place"))
    await until("it can play", lambda: renderer.can_play)
    await renderer.async_play()
    await until("playing", lambda: renderer.transport_state.name == "PLAYING")
    await renderer.async_set_volume_level(0.4)
    await renderer.async_mute_volume(True)
    await until("volume and mute", lambda: renderer.is_volume_muted and abs(renderer.volume_level - 0.4) < 0.001)
    await renderer.async_seek_rel_time(datetime.timedelta(seconds=3))
    await renderer.async_pause()
    await until("paused", lambda: renderer.transport_state.name == "PAUSED_PLAYBACK")
    await renderer.async_update()
    result = {"state": renderer.transport_state.name, "title": renderer.media_title, "duration": renderer.media_duration,
              "position": renderer.media_position, "volume": renderer.volume_level, "muted": renderer.is_volume_muted,
              "can": [name[4:] for name in dir(renderer) if name.startswith("can_") and getattr(renderer, name)]}
    await renderer.async_stop()
    await until("stopped", lambda: renderer.transport_state.name == "STOPPED")
    return result


async def main(location, own_address, url):
    requester = AiohttpRequester()
    device = await UpnpFactory(requester).async_create_device(location)
    server = AiohttpNotifyServer(requester, source=(own_address, 0))
    await server.async_start_server()
    renderer = DmrDevice(device, server.event_handler)
    told = collections.defaultdict(list)

    def on_event(_service, variables):
        for variable in variables:
            told[variable.name].append(str(variable.value))

    renderer.on_event = on_event
    result = {"name": renderer.name, "asked": await ask_everything(device)}
    await renderer.async_subscribe_services(auto_resubscribe=True)
    result.update(await drive(renderer, url))
    result.update(sink=renderer.sink_protocol_info, told=told)
    await renderer.async_unsubscribe_services()
    await server.async_stop_server()
    print(json.dumps(result))


asyncio.run(main(*sys.argv[1:]))
