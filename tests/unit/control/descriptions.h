/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* control/descriptions.h: device descriptions written by hand for tests (UDA 1.0, 2.1) */
#pragma once

#define SERVICE(name)                                                                     \
	"<service><serviceType>urn:schemas-upnp-org:service:" name ":1</serviceType>"     \
	"<serviceId>urn:upnp-org:serviceId:" name "</serviceId>"                          \
	"<SCPDURL>/scpd/" name ".xml</SCPDURL><controlURL>/control/" name "</controlURL>" \
	"<eventSubURL>/event/" name "</eventSubURL></service>"

#define DEVICE(type, udn, name, rest)                                                   \
	"<device><deviceType>urn:schemas-upnp-org:device:" type ":1</deviceType>"       \
	"<friendlyName>" name "</friendlyName><manufacturer>M</manufacturer>"           \
	"<modelName>Box</modelName><modelNumber>7</modelNumber><UDN>" udn "</UDN>" rest \
	"</device>"

#define ROOT(device)                                                              \
	"<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\">" \
	"<specVersion><major>1</major><minor>0</minor></specVersion>" device "</root>"

#define SERVER(udn, name)                                   \
	ROOT(DEVICE("MediaServer", udn, name,               \
		"<serviceList>" SERVICE("ContentDirectory") \
			SERVICE("ConnectionManager") "</serviceList>"))

#define RENDERER(udn, name)                                                        \
	ROOT(DEVICE("MediaRenderer", udn, name,                                    \
		"<serviceList>" SERVICE("AVTransport") SERVICE("RenderingControl") \
			SERVICE("ConnectionManager") "</serviceList>"))

/* A television: the root is neither, a server and a renderer are embedded. */
#define COMBINED                                                                       \
	ROOT(DEVICE("Basic", "uuid:root", "TV",                                        \
		"<deviceList>" DEVICE("MediaServer", "uuid:inner-server", "TV server", \
			"<serviceList>" SERVICE("ContentDirectory") "</serviceList>")  \
			DEVICE("MediaRenderer", "uuid:inner-renderer", "TV renderer",  \
				"<serviceList>" SERVICE("AVTransport") SERVICE(        \
					"RenderingControl") "</serviceList>") "</deviceList>"))
