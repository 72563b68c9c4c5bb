package dev.culvert.kit.packetdrill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes the packets of a run for tcpdump and Wireshark: the classic format, link type raw IP. */
public final class PcapFile {
    private static final int MAGIC_US = 0xa1b2c3d4;
    private static final int LINKTYPE_RAW = 101;
    private static final int US = 1_000_000;

    private PcapFile() {}

    /** Writes a file anew; time 0 is the start of the script. */
    public static void write(final Path file, final ScriptResult result) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            final ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
            header.putInt(MAGIC_US).putShort((short) 2).putShort((short) 4);
            header.putInt(0).putInt(0).putInt(0xffff).putInt(LINKTYPE_RAW);
            write(channel, header.flip());
            for (int i = 0; i < result.packets().size(); i++) {
                write(
                        channel,
                        packet(result.packetTimesUs().get(i), result.packets().get(i)));
            }
        }
    }

    private static ByteBuffer packet(final long atUs, final byte[] bytes) {
        final ByteBuffer packet = ByteBuffer.allocate(16 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        packet.putInt((int) (atUs / US)).putInt((int) (atUs % US));
        return packet.putInt(bytes.length).putInt(bytes.length).put(bytes).flip();
    }

    private static void write(final FileChannel channel, final ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
