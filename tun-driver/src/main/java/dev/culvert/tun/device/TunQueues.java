package dev.culvert.tun.device;

import dev.culvert.shim.LibC;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** Makes descriptors of the device node the queues of one interface, as many as kernel and interface allow. Set-up only. */
public final class TunQueues {
    private TunQueues() {}

    /** The descriptors, and what all of them have in common. */
    public record Attached(List<Integer> descriptors, Offload offload) {
        public Attached {
            descriptors = List.copyOf(descriptors);
        }

        /** A device over each queue; they close the descriptors. */
        public List<TunDevice> devices(final String name, final int mtu) {
            return descriptors.stream()
                    .map(descriptor -> TunDevice.over(descriptor, name, mtu, offload))
                    .toList();
        }

        /** Closes them. */
        public void close() {
            descriptors.forEach(LibC::close);
        }
    }

    /**
     * Attaches {@code options.queues()} queues, or those that can be had, at least one. What it cannot attach it closes.
     *
     * @param first a descriptor of the device node
     * @param next opens another one in the same network namespace; a negated error number when it cannot
     * @throws DeviceException when there is not even one; the message says what to do
     */
    public static Attached attach(final int first, final TunOptions options, final IntSupplier next) {
        return attach(LibC::ioctl, first, options, next);
    }

    static Attached attach(final Ioctl kernel, final int first, final TunOptions options, final IntSupplier next) {
        final List<Integer> attached = new ArrayList<>(List.of(first));
        try {
            if (options.queues() == 1
                    || !TunSetup.attachOneOfSeveral(kernel, first, options.name(), options.offload())) {
                return new Attached(attached, TunSetup.attachQueue(kernel, first, options.name(), options.offload()));
            }
            while (attached.size() < options.queues()) {
                final int descriptor = next.getAsInt();
                if (descriptor < 0) {
                    break;
                }
                if (!TunSetup.attachOneOfSeveral(kernel, descriptor, options.name(), options.offload())) {
                    LibC.close(descriptor);
                    break;
                }
                attached.add(descriptor);
            }
            return new Attached(attached, TunSetup.offload(kernel, first, options.offload()));
        } catch (DeviceException e) {
            attached.forEach(LibC::close);
            throw e;
        }
    }
}
