package dev.culvert.tun.device;

import java.util.function.LongSupplier;

/** A device behind a worse link: loss, duplication, reordering, delay, corruption and a rate limit, repeatable by seed. */
public final class ImpairedDevice extends DeviceDecorator {
    /** Around a device; the clock gives monotonic ns. */
    public ImpairedDevice(final PacketDevice inner, final ImpairmentPlan plan, final LongSupplier nanoClock) {
        super(inner);
    }
}
