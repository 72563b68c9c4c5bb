package dev.culvert.endpoint.simulate;

import dev.culvert.kit.sim.LinkObserver;
import dev.culvert.tun.device.PcapngFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Records a simulation in a pcapng file, one interface per link end. Virtual time 0 is the beginning of 1970, so that the same
 * run gives the same file.
 */
public final class Capture implements LinkObserver, AutoCloseable {
    private final PcapngFile file;

    private Capture(final PcapngFile file) {
        this.file = file;
    }

    /**
     * Creates or overwrites the file.
     *
     * @param ends the link ends' names, in the order of their numbers
     */
    public static Capture open(final Path path, final List<String> ends) throws IOException {
        try {
            return new Capture(PcapngFile.create(path, ends));
        } catch (final IOException e) {
            throw PcapngFile.cannotWrite(path, e);
        }
    }

    @Override
    public void onPacket(
            final int end, final boolean out, final DirectBuffer bytes, final int length, final long nowNs) {
        try {
            file.packet(end, bytes, 0, length, nowNs, out ? PcapngFile.OUTBOUND : PcapngFile.INBOUND);
        } catch (final IOException e) {
            throw new UncheckedIOException(PcapngFile.cannotWrite(file.path(), e));
        }
    }

    /** Writes the rest. */
    @Override
    public void close() throws IOException {
        try {
            file.flush();
        } catch (final IOException e) {
            throw PcapngFile.cannotWrite(file.path(), e);
        } finally {
            file.abandon();
        }
    }
}
