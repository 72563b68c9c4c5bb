package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.shim.LibC;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** How queues are attached on kernels that lack something: with less, but they are. */
class TunSetupTest {
    /** No descriptor of this process. */
    private static final int FIRST = 1 << 24;

    private static final TunOptions TWO = TunOptions.DEFAULT.withQueues(2);

    private final Kernel kernel = new Kernel();

    /** Answers as a kernel with some features would. */
    private static final class Kernel implements Ioctl {
        private final List<Integer> flags = new ArrayList<>();
        private final List<Long> offloads = new ArrayList<>();
        private int features = TunSetup.IFF_VNET_HDR;
        private int queues = 16;
        private int headerAnswer;
        private int offloadAnswer;

        @Override
        public int call(final int fd, final long request, final long argument) {
            if (request == TunSetup.TUNGETFEATURES) {
                new UnsafeBuffer(argument, Integer.BYTES).putInt(0, features);
                return 0;
            }
            if (request == TunSetup.TUNSETIFF) {
                return attach(new UnsafeBuffer(argument, 40).getShort(16));
            }
            if (request == TunSetup.TUNSETOFFLOAD) {
                offloads.add(argument);
                return offloadAnswer;
            }
            assertEquals(TunSetup.TUNSETVNETHDRSZ, request);
            return headerAnswer;
        }

        private int attach(final int wanted) {
            if ((wanted & TunSetup.IFF_MULTI_QUEUE) != 0 && queues-- <= 0) {
                return -LibC.EINVAL;
            }
            flags.add(wanted & (TunSetup.IFF_MULTI_QUEUE | TunSetup.IFF_VNET_HDR));
            return 0;
        }
    }

    private TunQueues.Attached attach(final TunOptions options) {
        return TunQueues.attach(kernel, FIRST, options, () -> FIRST + 1);
    }

    @Test
    void aKernelThatHasEverythingIsAskedForEverything() {
        assertEquals(new TunQueues.Attached(List.of(FIRST, FIRST + 1), Offload.ON), attach(TWO));
        final int both = TunSetup.IFF_MULTI_QUEUE | TunSetup.IFF_VNET_HDR;
        assertEquals(List.of(both, both), kernel.flags);
        assertTrue(kernel.offloads.size() == 2 && kernel.offloads.get(0) != 0, kernel.offloads::toString);
    }

    @Test
    void withoutPacketHeadersThereIsNoOffload() {
        kernel.features = 0;
        assertEquals(Offload.UNAVAILABLE, attach(TunOptions.DEFAULT).offload());
        assertEquals(List.of(0), kernel.flags);
        assertEquals(List.of(0L), kernel.offloads);
    }

    @Test
    void aRefusalToHandOverSuperSegmentsChangesNothingElse() {
        kernel.offloadAnswer = -LibC.EINVAL;
        assertEquals(Offload.ON, attach(TunOptions.DEFAULT).offload());
        assertEquals(List.of(TunSetup.IFF_VNET_HDR), kernel.flags);
    }

    @Test
    void withoutSeveralQueuesThereIsOne() {
        kernel.queues = 0;
        assertEquals(new TunQueues.Attached(List.of(FIRST), Offload.ON), attach(TWO));
        assertEquals(List.of(TunSetup.IFF_VNET_HDR), kernel.flags);
    }

    @Test
    void thereAreAsManyQueuesAsTheInterfaceHasRoomFor() {
        kernel.queues = 3;
        assertEquals(3, attach(TunOptions.DEFAULT.withQueues(8)).descriptors().size());
    }

    @Test
    void whatTheLastOwnerHadSwitchedOnIsSwitchedOff() {
        assertEquals(Offload.OFF, attach(TunOptions.DEFAULT.withOffload(false)).offload());
        assertEquals(List.of(0L), kernel.offloads);
    }

    @Test
    void headersOfAnotherLengthAreAnErrorWithAWayOut() {
        kernel.headerAnswer = -LibC.EINVAL;
        final DeviceException failure = assertThrows(DeviceException.class, () -> attach(TunOptions.DEFAULT));
        assertTrue(failure.getMessage().contains("--offload off"), failure.getMessage());
    }
}
