package dev.culvert.kit.packetdrill;

import java.util.ArrayList;
import java.util.List;

/** Packets in a script's words. */
final class PacketText {
    private PacketText() {}

    static String of(final TcpSpec tcp) {
        final StringBuilder text = new StringBuilder();
        if (tcp.sourcePort() != 0 || tcp.destinationPort() != 0) {
            text.append(tcp.sourcePort())
                    .append(" > ")
                    .append(tcp.destinationPort())
                    .append(' ');
        }
        text.append(Wire.letters(tcp.flags())).append(' ');
        text.append(number(tcp.seq())).append(':').append(number(tcp.seq() + tcp.length()));
        text.append('(').append(tcp.length()).append(')');
        if (tcp.has(Wire.ACK)) {
            text.append(" ack ").append(number(tcp.ack()));
        }
        if (tcp.win() >= 0) {
            text.append(" win ").append(tcp.win());
        }
        if (tcp.has(Wire.URG) || tcp.urgent() != 0) {
            text.append(" urg ").append(tcp.urgent());
        }
        if (tcp.options() == null) {
            text.append(" <...>");
        } else if (!tcp.options().isEmpty()) {
            text.append(" <").append(options(tcp.options())).append('>');
        }
        return text.toString();
    }

    static String options(final List<TcpOption> options) {
        final List<String> words = new ArrayList<>();
        options.forEach(option -> words.add(word(option)));
        return String.join(",", words);
    }

    private static String word(final TcpOption option) {
        final int length = option.data().length;
        return switch (option.kind()) {
            case TcpOption.EOL -> "eol";
            case TcpOption.NOP -> "nop";
            case TcpOption.SACK_OK -> "sackOK";
            case TcpOption.MSS -> length == 2 ? "mss " + (option.withPadding().int32(0) >>> 16) : raw(option);
            case TcpOption.WSCALE -> length == 1 ? "wscale " + (option.data()[0] & 0xff) : raw(option);
            case TcpOption.TIMESTAMPS ->
                length == 8 ? "TS val " + number(option.int32(0)) + " ecr " + number(option.int32(4)) : raw(option);
            case TcpOption.SACK -> length % 8 == 0 ? "sack" + blocks(option) : raw(option);
            case TcpOption.FAST_OPEN -> length == 0 ? "FO" : "FO " + hex(option.data());
            case TcpOption.MD5 -> "md5 " + hex(option.data());
            default -> raw(option);
        };
    }

    private static String blocks(final TcpOption sack) {
        final StringBuilder text = new StringBuilder();
        for (int at = 0; at < sack.data().length; at += 8) {
            text.append(' ').append(number(sack.int32(at))).append(':').append(number(sack.int32(at + 4)));
        }
        return text.toString();
    }

    private static String raw(final TcpOption option) {
        return "kind-" + option.kind() + " " + hex(option.data());
    }

    private static String hex(final byte[] bytes) {
        final StringBuilder text = new StringBuilder();
        for (final byte b : bytes) {
            text.append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return text.toString();
    }

    /** A packet of the stack, in the numbers of a socket, or as it stands on the wire where there is none. */
    static String of(final LivePacket live, final ScriptSocket socket) {
        if (live.isIcmp()) {
            return "icmp type_" + live.icmpType() + " code_" + live.icmpCode();
        }
        if (!live.isTcp() || live.fault() != null) {
            return "protocol " + live.protocol + ", " + live.bytes.length + " bytes";
        }
        if (socket == null || !socket.sent(live)) {
            return live.sourcePort() + " > " + live.destinationPort() + " " + of(new ScriptSocket().inScript(live))
                    + " (of another connection)";
        }
        return of(socket.inScript(live));
    }

    static String number(final int value) {
        return Integer.toUnsignedString(value);
    }
}
