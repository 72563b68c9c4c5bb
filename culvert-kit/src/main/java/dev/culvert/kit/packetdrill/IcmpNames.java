package dev.culvert.kit.packetdrill;

import java.util.List;
import java.util.Map;

/** Names of ICMP types and codes as packetdrill spells them; {@code type_N} and {@code code_N} name any. */
final class IcmpNames {
    private static final Map<String, Integer> V4_TYPES = Map.ofEntries(
            Map.entry("echo_reply", 0),
            Map.entry("unreachable", 3),
            Map.entry("source_quench", 4),
            Map.entry("redirect", 5),
            Map.entry("echo_request", 8),
            Map.entry("time_exceeded", 11),
            Map.entry("parameter_problem", 12),
            Map.entry("timestamp_request", 13),
            Map.entry("timestamp_reply", 14),
            Map.entry("information_request", 15),
            Map.entry("information_reply", 16),
            Map.entry("address_mask_request", 17),
            Map.entry("address_mask_reply", 18));
    private static final Map<String, Integer> V6_TYPES = Map.of(
            "unreachable", 1,
            "packet_too_big", 2,
            "time_exceeded", 3,
            "parameter_problem", 4,
            "echo_request", 128,
            "echo_reply", 129);
    private static final List<String> V4_UNREACHABLE = List.of(
            "net_unreachable",
            "host_unreachable",
            "protocol_unreachable",
            "port_unreachable",
            "frag_needed",
            "source_route_failed",
            "net_unknown",
            "host_unknown",
            "source_host_isolated",
            "net_prohibited",
            "host_prohibited",
            "net_unreachable_for_tos",
            "host_unreachable_for_tos",
            "packet_filtered",
            "precedence_violation",
            "precedence_cutoff");
    private static final Map<String, Integer> V6_CODES = Map.ofEntries(
            Map.entry("1/net_unreachable", 0),
            Map.entry("1/no_route", 0),
            Map.entry("1/admin_prohibited", 1),
            Map.entry("1/not_neighbour", 2),
            Map.entry("1/address_unreachable", 3),
            Map.entry("1/port_unreachable", 4),
            Map.entry("3/exceeded_hop_limit", 0),
            Map.entry("3/exceeded_frag_time", 1),
            Map.entry("4/header_field", 0),
            Map.entry("4/unknown_next_header", 1),
            Map.entry("4/unknown_option", 2));

    private IcmpNames() {}

    static int type(final Token name, final boolean v6) {
        if (name.text().matches("type_\\d{1,3}")) {
            return byteOf(name, 5);
        }
        final Integer type = (v6 ? V6_TYPES : V4_TYPES).get(name.text());
        if (type == null) {
            throw new ScriptError(
                    name.line(),
                    "'" + name.text() + "' is not a type of " + (v6 ? "ICMPv6" : "ICMPv4 that has a name"));
        }
        return type;
    }

    static int code(final Token name, final int type, final boolean v6) {
        if (name.text().matches("code_\\d{1,3}")) {
            return byteOf(name, 5);
        }
        final Integer code = v6 ? V6_CODES.get(type + "/" + name.text()) : v4Code(name.text(), type);
        if (code == null) {
            throw new ScriptError(name.line(), "'" + name.text() + "' is not a code of this ICMP type");
        }
        return code;
    }

    /** Echo and its reply carry an identifier, and quote nothing. */
    static boolean isEcho(final int type, final boolean v6) {
        return v6 ? type >= 128 : type == 0 || type == 8 || type >= 13;
    }

    private static Integer v4Code(final String name, final int type) {
        final int code = type == V4_TYPES.get("unreachable") ? V4_UNREACHABLE.indexOf(name) : -1;
        return code < 0 ? null : Integer.valueOf(code);
    }

    private static int byteOf(final Token name, final int prefix) {
        final int value = Integer.parseInt(name.text().substring(prefix));
        if (value > 255) {
            throw new ScriptError(name.line(), "'" + name.text() + "' does not fit 8 bits");
        }
        return value;
    }
}
