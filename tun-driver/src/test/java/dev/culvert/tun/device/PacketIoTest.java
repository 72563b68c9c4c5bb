package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.shim.LibC;
import org.junit.jupiter.api.Test;

/** Batches as the C library's calls read them; the shim's are tested where it is. */
class PacketIoTest {
    private static final int EFD_SEMAPHORE = 1;

    private final PacketIo io = new PacketIo.ThroughLibC();
    private final ReadBatch batch = new ReadBatch();

    @Test
    void smallPacketsLieCloseTogetherAndBehindTheirHeaderAtMultiplesOfEight() {
        final int fd = LibC.eventfd(5, LibC.O_NONBLOCK | EFD_SEMAPHORE); // five packets of eight bytes

        assertEquals(3, io.readBatch(fd, batch, 3));
        for (int i = 0; i < 3; i++) {
            assertEquals(8, batch.length(i));
            assertEquals(1, batch.memory().getLong(batch.offset(i)));
            assertEquals(0, (batch.memory().addressOffset() + batch.offset(i) + VirtioHeader.LENGTH) % 8);
        }
        assertEquals(128, batch.offset(2) - batch.offset(0));
        assertEquals(2, io.readBatch(fd, batch, 8));
        assertTrue(batch.hasRoom(2));
        assertEquals(0, io.readBatch(fd, batch, 8));
        LibC.close(fd);
    }

    @Test
    void aBatchEndsWhereALargestPacketWouldFindNoRoom() {
        final int fd = LibC.open("/dev/zero", 0);

        final int count = io.readBatch(fd, batch, ReadBatch.CAPACITY);
        assertTrue(count > 1 && count < ReadBatch.CAPACITY, count + " packets");
        for (int i = 0; i < count; i++) {
            assertEquals(ReadBatch.LARGEST, batch.length(i));
            assertTrue(batch.offset(i) + ReadBatch.LARGEST <= batch.memory().capacity());
            assertTrue(i == 0 || batch.offset(i) >= batch.offset(i - 1) + ReadBatch.LARGEST);
            assertEquals(i < count - 1, batch.hasRoom(i + 1));
        }
        LibC.close(fd);
    }

    @Test
    void anErrorOfTheFirstReadIsReturned() {
        assertEquals(-9, io.readBatch(-1, batch, 8));
        assertEquals(-9, io.write(-1, batch.address(), 8));
    }
}
