package dev.culvert.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.Counters;
import dev.culvert.counters.DropReason;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketValidator;
import dev.culvert.wire.ParsedPacket;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the fragmenter cuts, the reassembler must put together again. */
class FragmenterTest {
    private final Counters counters = new Counters();
    private final PacketValidator validator = new PacketValidator();
    private final ParsedPacket parsed = new ParsedPacket();
    private final UnsafeBuffer arrived = new UnsafeBuffer(BufferUtil.allocateDirectAligned(1 << 16, 8));
    private int fragments;

    private final Reassembler reassembler = new Reassembler(new ReassemblyEvents() {
        @Override
        public void reassemblyFailed(final DropReason reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void reassemblyTimeExceeded(final UnsafeBuffer buffer, final int offset, final int length) {}
    });

    @ParameterizedTest
    @CsvSource({
        "10.83.0.2, 10.83.0.1, 1500",
        "fd83::2, fd83::1, 1500",
        "10.83.0.2, 10.83.0.1, 576",
        "fd83::2, fd83::1, 1280"
    })
    void aLongEchoArrivesWholeInPacketsThatFitTheMtu(
            final String from, final String to, final int mtu) { // RFC 791, RFC 8200
        final Fragmenter fragmenter = new Fragmenter(
                fragment -> {
                    fragments++;
                    final int length = fragment.copyTo(arrived, 0);
                    assertTrue(length <= mtu, "length " + length);
                    assertNull(validator.validate(arrived, 0, length, new PacketMetadata(), parsed));
                    assertTrue(parsed.isFragment);
                    assertNull(reassembler.add(arrived, parsed, 0));
                    return true;
                },
                counter -> counter);
        final UnsafeBuffer data = new UnsafeBuffer(new byte[3_001]);
        for (int i = 0; i < data.capacity(); i++) {
            data.putByte(i, (byte) (i * 7));
        }
        final IcmpOutput icmp = new IcmpOutput(counters, packet -> fragmenter.send(packet, mtu), counter -> counter, 0);
        icmp.echoRequest(IpAddress.parse(from), IpAddress.parse(to), 1, 2, data, 0, data.capacity());

        assertTrue(fragments >= 3, "fragments " + fragments);
        assertTrue(reassembler.complete());
        final UnsafeBuffer whole = reassembler.buffer();
        final PacketMetadata meta = new PacketMetadata();
        assertNull(validator.validate(whole, reassembler.offset(), reassembler.length(), meta, parsed));
        assertNull(validator.validateIcmp(whole, parsed, meta)); // the checksum covers every byte
        assertEquals(8 + data.capacity(), parsed.payloadLength);
    }
}
