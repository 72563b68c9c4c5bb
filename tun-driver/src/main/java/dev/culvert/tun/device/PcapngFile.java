package dev.culvert.tun.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Writes a pcapng file with interfaces of raw IP packets (draft-ietf-opsawg-pcapng §4). Every block begins with its type
 * and its length and ends with its length again; all is padded to 32 bits.
 *
 * <pre>
 *   Section Header       type, length, magic, version 1.0, section length -1, options
 *   Interface Description type, length, link type, snap length, options: name, ns resolution; one for each interface
 *   Enhanced Packet ...  type, length, interface, time (high, low), captured, original, bytes, options: flags
 * </pre>
 *
 * <p>The same calls give the same bytes. One thread.
 */
public final class PcapngFile {
    /** Value of epb_flags for a packet that came in (§4.3.1). */
    public static final int INBOUND = 1;
    /** Value of epb_flags for a packet that went out. */
    public static final int OUTBOUND = 2;

    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int ENHANCED_PACKET = 6;
    private static final int LINKTYPE_RAW = 101;
    private static final int MAX_PACKET = 65_535;
    private static final int OPT_END = 0;
    private static final int SHB_USERAPPL = 4;
    private static final int IF_NAME = 2;
    private static final int IF_TSRESOL = 9;
    private static final int EPB_FLAGS = 2;
    private static final int NANOSECONDS = 9;

    private static final int BUFFER = 256 * 1024;
    /** A packet's block without the packet: 28 bytes before it, padding, 12 bytes of options and the length. */
    private static final int BLOCK_OVERHEAD = 64;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);

    private PcapngFile(final Path path, final FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates or overwrites the file and writes what stands before the packets.
     *
     * @param interfaces names, in the order of their numbers
     * @throws IOException when it cannot be written; {@link #reason} has words for it
     */
    public static PcapngFile create(final Path path, final List<String> interfaces) throws IOException {
        final PcapngFile file = new PcapngFile(
                path,
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE));
        file.sectionHeader();
        for (final String name : interfaces) {
            if (file.buffer.remaining() < BLOCK_OVERHEAD + name.length() * 4) {
                file.flush();
            }
            file.interfaceDescription(name);
        }
        file.flush();
        return file;
    }

    private void sectionHeader() {
        final int start = begin(SECTION_HEADER);
        buffer.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
        option(SHB_USERAPPL, "Culvert".getBytes(StandardCharsets.UTF_8));
        end(start);
    }

    private void interfaceDescription(final String name) {
        final int start = begin(INTERFACE_DESCRIPTION);
        buffer.putShort((short) LINKTYPE_RAW).putShort((short) 0).putInt(MAX_PACKET);
        option(IF_NAME, name.getBytes(StandardCharsets.UTF_8));
        option(IF_TSRESOL, new byte[] {NANOSECONDS});
        end(start);
    }

    /**
     * Adds a packet.
     *
     * @param number the interface's, from 0
     * @param epochNs ns since 1970
     * @param direction {@link #INBOUND} or {@link #OUTBOUND}
     */
    public void packet(
            final int number,
            final DirectBuffer source,
            final int offset,
            final int length,
            final long epochNs,
            final int direction)
            throws IOException {
        if (buffer.remaining() < length + BLOCK_OVERHEAD) {
            flush();
        }
        final int start = begin(ENHANCED_PACKET);
        buffer.putInt(number)
                .putInt((int) (epochNs >>> 32))
                .putInt((int) epochNs)
                .putInt(length)
                .putInt(length);
        source.getBytes(offset, buffer, length);
        pad();
        buffer.putShort((short) EPB_FLAGS).putShort((short) Integer.BYTES).putInt(direction);
        end(start);
    }

    private int begin(final int type) {
        final int start = buffer.position();
        buffer.putInt(type).putInt(0);
        return start;
    }

    private void option(final int code, final byte[] value) {
        buffer.putShort((short) code).putShort((short) value.length).put(value);
        pad();
    }

    private void pad() {
        while (buffer.position() % Integer.BYTES != 0) {
            buffer.put((byte) 0);
        }
    }

    private void end(final int start) {
        buffer.putShort((short) OPT_END).putShort((short) 0);
        final int length = buffer.position() - start + Integer.BYTES;
        buffer.putInt(length).putInt(start + Integer.BYTES, length);
    }

    /** Whether everything is in the file. */
    boolean isWritten() {
        return buffer.position() == 0;
    }

    /** Writes out what is buffered. */
    public void flush() throws IOException {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } finally {
            buffer.clear();
        }
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Closes the file; whatever goes wrong now has no remedy. */
    public void abandon() {
        try {
            channel.close();
        } catch (IOException e) {
            buffer.clear();
        }
    }

    /** What is said of any file that cannot be written. */
    public static IOException cannotWrite(final Path file, final IOException why) {
        return new IOException("cannot write " + file + " (" + reason(why) + ")", why);
    }

    /** Why it did not work, without the path that the message will name anyhow. */
    public static String reason(final IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such directory";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "there is a file of that name";
        }
        final String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
