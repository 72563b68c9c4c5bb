package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.counters.DropReason;
import dev.culvert.kit.Rfc;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The first fragment of an IPv6 packet holds all its headers: RFC 7112 §5. */
class HeaderChainTest {
    private static final int IPV6 = 40;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int TCP = 6;

    private final Script tcp = Script.setup(Setup::v6).given(ESTABLISHED);

    @AfterEach
    void nothingIsLeft() {
        tcp.expectNothing();
        tcp.finish();
    }

    /** Bytes {@code from} to {@code to} of what follows the IPv6 header, in a fragment. */
    private static byte[] fragment(final byte[] packet, final int from, final int to, final int nextHeader) {
        final int more = IPV6 + to < packet.length ? 1 : 0;
        final ByteBuffer fragment = ByteBuffer.allocate(IPV6 + 8 + to - from);
        fragment.put(packet, 0, IPV6)
                .put((byte) nextHeader)
                .put((byte) 0)
                .putShort((short) (from | more))
                .putInt(77);
        fragment.put(packet, IPV6 + from, to - from);
        fragment.putShort(4, (short) (8 + to - from)).put(6, (byte) FRAGMENT);
        return fragment.array();
    }

    /** The same packet with an empty destination options header before its TCP header. */
    private static byte[] withOptions(final byte[] packet) {
        final ByteBuffer longer = ByteBuffer.allocate(packet.length + 8);
        longer.put(packet, 0, IPV6).put((byte) TCP).put((byte) 0).put(new byte[] {1, 4, 0, 0, 0, 0});
        longer.put(packet, IPV6, packet.length - IPV6);
        longer.putShort(4, (short) (packet.length - IPV6 + 8)).put(6, (byte) DESTINATION_OPTIONS);
        return longer.array();
    }

    private void expectRefused(final byte[] firstFragment) {
        tcp.injectPacket(firstFragment).expectDrops(DropReason.FRAG_INVALID, 1);
        final byte[] answer = tcp.stack.sent().poll().bytes();
        assertEquals(58, answer[6], "ICMPv6");
        assertEquals("[4, 3]", Arrays.toString(Arrays.copyOfRange(answer, IPV6, IPV6 + 2)), "type and code");
        assertEquals(0, ByteBuffer.wrap(answer).getInt(IPV6 + 4), "pointer");
    }

    @Test
    @Rfc(number = 7112, section = "5")
    void aFirstFragmentWithTheWholeTcpHeaderIsTaken() {
        final byte[] packet = tcp.encode(data(40).seq(1).ack(1));
        tcp.injectPacket(fragment(packet, 0, 24, TCP)).injectPacket(fragment(packet, 24, 60, TCP));
        tcp.receive(40).discardSent();
    }

    @Test
    @Rfc(number = 7112, section = "5")
    void oneThatCutsTheTcpHeaderIsRefusedAndReported() {
        final byte[] packet = tcp.encode(data(40).seq(1).ack(1));
        expectRefused(fragment(packet, 0, 16, TCP));
        tcp.injectPacket(fragment(packet, 16, 60, TCP)).expectNothing();
    }

    @Test
    @Rfc(number = 7112, section = "5")
    void oneThatCutsTheTcpOptionsIsRefusedToo() {
        final byte[] packet = tcp.encode(data(40).seq(1).ack(1).rawOptions(1, 1, 1, 1, 1, 1, 1, 1));
        expectRefused(fragment(packet, 0, 24, TCP));
    }

    @Test
    @Rfc(number = 7112, section = "5")
    void extensionHeadersBehindTheFragmentHeaderBelongToTheChain() {
        final byte[] packet = withOptions(tcp.encode(data(40).seq(1).ack(1)));
        expectRefused(fragment(packet, 0, 8, DESTINATION_OPTIONS));
        final byte[] again = withOptions(tcp.encode(data(40).seq(1).ack(1)));
        tcp.injectPacket(fragment(again, 0, 32, DESTINATION_OPTIONS));
        tcp.injectPacket(fragment(again, 32, 68, DESTINATION_OPTIONS))
                .receive(40)
                .discardSent();
    }
}
