package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapngTapTest {
    private static final long START_NS = 1_700_000_000_123_456_789L;
    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int ENHANCED_PACKET = 6;

    @TempDir
    private Path directory;

    private final FakeDevice wire = new FakeDevice();
    private final List<String> log = new ArrayList<>();
    private long nowNs = START_NS;

    private PcapngTap open(final Path file) throws IOException {
        return PcapngTap.open(wire, file, () -> nowNs, log::add);
    }

    private record Block(int type, ByteBuffer body) {}

    private record Recorded(long epochNs, String hex, int flags) {}

    private static List<Block> blocks(final Path file) throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        final List<Block> blocks = new ArrayList<>();
        while (bytes.hasRemaining()) {
            final int start = bytes.position();
            final int type = bytes.getInt();
            final int length = bytes.getInt();
            assertEquals(0, length % 4);
            assertEquals(length, bytes.getInt(start + length - 4), "the length at the end");
            blocks.add(new Block(type, bytes.slice(start + 8, length - 12).order(ByteOrder.LITTLE_ENDIAN)));
            bytes.position(start + length);
        }
        return blocks;
    }

    private static Recorded packet(final Block block) {
        assertEquals(ENHANCED_PACKET, block.type());
        final ByteBuffer body = block.body();
        assertEquals(0, body.getInt(), "interface");
        final long high = body.getInt();
        final long epochNs = high << 32 | body.getInt() & 0xffffffffL;
        final byte[] packet = new byte[body.getInt()];
        assertEquals(packet.length, body.getInt(), "original length");
        body.get(packet);
        body.position((body.position() + 3) / 4 * 4);
        assertEquals(2, body.getShort(), "epb_flags");
        assertEquals(4, body.getShort());
        final int flags = body.getInt();
        assertEquals(0, body.getInt(), "opt_endofopt");
        assertFalse(body.hasRemaining());
        return new Recorded(epochNs, hex(packet), flags);
    }

    private static String hex(final byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void beginsWithASectionAndAnInterfaceOfRawIpInNanoseconds() throws IOException {
        final Path file = directory.resolve("a.pcapng");
        open(file).close();
        final List<Block> blocks = blocks(file);

        assertEquals(2, blocks.size());
        assertEquals(SECTION_HEADER, blocks.get(0).type());
        assertEquals(0x1A2B3C4D, blocks.get(0).body().getInt(0));
        assertEquals(1, blocks.get(0).body().getInt(4), "version 1.0");
        final ByteBuffer description = blocks.get(1).body();
        assertEquals(INTERFACE_DESCRIPTION, blocks.get(1).type());
        assertEquals(101, description.getShort(0), "LINKTYPE_RAW");
        final String text = StandardCharsets.ISO_8859_1.decode(description).toString();
        assertTrue(text.contains("fake0"), text);
        assertTrue(text.contains("\u0009\u0000\u0001\u0000\u0009"), "if_tsresol 9");
    }

    @Test
    void recordsBytesTimeAndDirectionOfEveryPacket() throws IOException {
        final Path file = directory.resolve("a.pcapng");
        try (PcapngTap tap = open(file)) {
            for (int i = 0; i < 1000; i++) {
                nowNs = START_NS + i;
                wire.incoming.add(TestPackets.numbered(i, 20 + i));
                assertEquals(1, TestPackets.receiveAll(tap).size());
                assertTrue(tap.transmit(TestPackets.outbound(TestPackets.numbered(i, 2000 - i), 3)));
            }
        }
        final List<Block> blocks = blocks(file);

        assertEquals(2 + 2000, blocks.size());
        for (int i = 0; i < 1000; i++) {
            final Recorded in = packet(blocks.get(2 + 2 * i));
            assertEquals(hex(TestPackets.numbered(i, 20 + i)), in.hex());
            assertEquals(START_NS + i, in.epochNs());
            assertEquals(1, in.flags(), "inbound");
            final Recorded out = packet(blocks.get(3 + 2 * i));
            assertEquals(hex(TestPackets.numbered(i, 2000 - i)), out.hex());
            assertEquals(2, out.flags(), "outbound");
        }
        assertTrue(wire.closed);
    }

    @Test
    void doesNotRecordWhatTheDeviceWouldNotTake() throws IOException {
        final Path file = directory.resolve("a.pcapng");
        wire.full = true;
        try (PcapngTap tap = open(file)) {
            assertFalse(tap.transmit(TestPackets.outbound(TestPackets.numbered(1, 60), 0)));
        }

        assertEquals(2, blocks(file).size());
    }

    @Test
    void writesTheFileAfterASecondEvenWhenNothingElseHappens() throws IOException {
        final Path file = directory.resolve("a.pcapng");
        try (PcapngTap tap = open(file)) {
            tap.transmit(TestPackets.outbound(TestPackets.numbered(1, 60), 0));
            nowNs += 400_000_000;
            tap.await(Long.MAX_VALUE);
            assertEquals(600_000_000, wire.lastTimeoutNs);
            assertEquals(2, blocks(file).size());

            nowNs += 600_000_000;
            tap.await(Long.MAX_VALUE);
            assertEquals(3, blocks(file).size());
            tap.await(Long.MAX_VALUE);
            assertEquals(Long.MAX_VALUE, wire.lastTimeoutNs);
        }
    }

    @Test
    void aFullDiskStopsTheCaptureWithOneLineAndNothingElse() {
        final Path full = Path.of("/dev/full");
        final IOException atOnce = assertThrows(IOException.class, () -> open(full));

        assertEquals("cannot write /dev/full (No space left on device)", atOnce.getMessage());
    }

    @Test
    void aWriteErrorLaterIsReportedOnce() throws IOException {
        final Path fifo = directory.resolve("pipe");
        assertEquals(0, run("mkfifo", fifo.toString()));
        final Process reader = new ProcessBuilder("head", "-c", "1", fifo.toString()).start();
        try (PcapngTap tap = open(fifo)) {
            reader.onExit().join(); // nobody reads any more: writing fails
            for (int i = 0; i < 3; i++) {
                assertTrue(tap.transmit(TestPackets.outbound(TestPackets.numbered(1, 60), 0)));
                nowNs += 1_000_000_000;
                tap.await(0);
            }
            assertEquals(3, wire.sent.size());
        }

        assertEquals(List.of("capture stopped: cannot write " + fifo + " (Broken pipe)"), log);
    }

    @Test
    void saysWhyAFileCannotBeCreated() {
        final Path nowhere = directory.resolve("none/a.pcapng");
        final IOException e = assertThrows(IOException.class, () -> open(nowhere));

        assertEquals("cannot write " + nowhere + " (there is no such directory)", e.getMessage());
    }

    @Test
    void tsharkReadsIt() throws IOException {
        final Path file = directory.resolve("a.pcapng");
        final byte[] echo = EchoPackets.requestV4();
        try (PcapngTap tap = open(file)) {
            wire.incoming.add(echo);
            TestPackets.receiveAll(tap);
            nowNs += 1;
            tap.transmit(TestPackets.outbound(EchoPackets.reply(echo), 1));
        }
        final Process tshark = new ProcessBuilder(
                        "tshark",
                        "-r",
                        file.toString(),
                        "-T",
                        "fields",
                        "-e",
                        "frame.time_epoch",
                        "-e",
                        "frame.packet_flags_direction",
                        "-e",
                        "ip.src",
                        "-e",
                        "icmp.type",
                        "-e",
                        "icmp.checksum.status")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        final String text = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals("""
                1700000000.123456789	0x00000001	10.83.0.1	8	1
                1700000000.123456790	0x00000002	10.83.0.2	0	1
                """, text);
    }

    private static int run(final String... command) throws IOException {
        return new ProcessBuilder(command).start().onExit().join().exitValue();
    }
}
