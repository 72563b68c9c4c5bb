package dev.culvert.kit.sim;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.wire.IpAddress;
import java.util.Arrays;

/** What a router says of a packet that does not fit: ICMP "fragmentation needed" or ICMPv6 "packet too big". */
final class TooBig {
    /** Addresses for documentation (RFC 5737, RFC 3849) stand for the nameless router inside a link. */
    private static final IpAddress ROUTER_V4 = IpAddress.parse("192.0.2.1");

    private static final IpAddress ROUTER_V6 = IpAddress.parse("2001:db8::1");

    private TooBig() {}

    /** The message to the sender of this packet (RFC 1191 §4, RFC 4443 §3.2), or an empty array where none may be sent. */
    static byte[] about(final Frame frame, final int mtuBytes) {
        final byte[] packet = new byte[frame.length];
        frame.bytes.getBytes(0, packet);
        final boolean v4 = packet[0] >>> 4 == 4;
        final boolean mayFragment = v4 && (packet[6] & 0x40) == 0;
        if (mayFragment) {
            return new byte[0];
        }
        final IpAddress sender = IpAddress.of(Arrays.copyOfRange(packet, v4 ? 12 : 8, v4 ? 16 : 24));
        final Endpoints ends = new Endpoints(v4 ? ROUTER_V4 : ROUTER_V6, 0, sender, 0);
        return PacketEncoder.icmpError(ends, v4 ? 3 : 2, v4 ? 4 : 0, mtuBytes, packet);
    }
}
