package dev.culvert.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LibCTest {
    private static final int F_GETFL = 3;
    private static final int F_GETFD = 1;
    private static final int FD_CLOEXEC = 1;

    private final Memory memory = new Memory(64);

    @Test
    void failuresAreNegatedErrorNumbers() {
        assertEquals(-LibC.ENOENT, LibC.open("/there/is/no/such/file", 0));
        assertEquals(-9, LibC.close(-1));
        assertEquals(-9, LibC.read(-1, memory.address, 1));
        assertEquals(-9, LibC.write(-1, memory.address, 1));
        assertEquals(-9, LibC.ioctl(-1, 0, 0));
        assertEquals(-LibC.EFAULT, LibC.ppoll(8, 1, 0));
        assertEquals(-LibC.EINVAL, LibC.pidfdOpen(-1));
        assertEquals(-LibC.EAFNOSUPPORT, LibC.socket(9999, LibC.SOCK_DGRAM, 0));
    }

    @Test
    void eventfdCountsAndDoesNotBlock() {
        final int fd = LibC.eventfd(3, LibC.O_NONBLOCK | LibC.O_CLOEXEC);

        assertEquals(8, LibC.read(fd, memory.address, 8));
        assertEquals(3, memory.bytes.getLong(0));
        assertEquals(-LibC.EAGAIN, LibC.read(fd, memory.address, 8));
        memory.bytes.putLong(0, 5);
        assertEquals(8, LibC.write(fd, memory.address, 8));
        assertEquals(8, LibC.read(fd, memory.address, 8));
        assertEquals(5, memory.bytes.getLong(0));
        assertEquals(0, LibC.close(fd));
    }

    @Test
    void writevGathers() {
        final int fd = LibC.eventfd(0, LibC.O_NONBLOCK);
        memory.bytes.putLong(0, 7).putLong(16, memory.address).putLong(24, 8);

        assertEquals(8, LibC.writev(fd, memory.address + 16, 1));
        assertEquals(8, LibC.read(fd, memory.address, 8));
        assertEquals(7, memory.bytes.getLong(0));
        LibC.close(fd);
    }

    @Test
    void ppollTellsWhoIsReady() {
        final int quiet = LibC.eventfd(0, LibC.O_NONBLOCK);
        final int ready = LibC.eventfd(1, LibC.O_NONBLOCK);
        memory.bytes.putInt(0, quiet).putShort(4, LibC.POLLIN);
        memory.bytes.putInt(8, ready).putShort(12, LibC.POLLIN);

        assertEquals(1, LibC.ppoll(memory.address, 2, 0));
        assertEquals(0, memory.bytes.getShort(6));
        assertEquals(LibC.POLLIN, memory.bytes.getShort(14));
        memory.bytes.putLong(16, 0).putLong(24, 1000);
        assertEquals(0, LibC.ppoll(memory.address, 1, memory.address + 16));
        LibC.close(quiet);
        LibC.close(ready);
    }

    @Test
    void aDescriptorOfAProcessCanBeDuplicated() {
        final int original = LibC.eventfd(9, LibC.O_NONBLOCK);
        final int process = LibC.pidfdOpen(ProcessHandle.current().pid());
        final int duplicate = LibC.pidfdGetfd(process, original);

        assertTrue(process >= 0 && duplicate >= 0);
        assertEquals(FD_CLOEXEC, LibC.fcntl(duplicate, F_GETFD, 0));
        assertEquals(LibC.O_RDWR | LibC.O_NONBLOCK, LibC.fcntl(duplicate, F_GETFL, 0));
        assertEquals(8, LibC.read(duplicate, memory.address, 8));
        assertEquals(9, memory.bytes.getLong(0));
        for (final int fd : new int[] {original, process, duplicate}) {
            assertEquals(0, LibC.close(fd));
        }
    }

    @Test
    void errorsHaveNamesAndTexts() {
        assertEquals("EACCES", LibC.errorName(-LibC.EACCES));
        assertEquals("Permission denied", LibC.errorText(LibC.EACCES));
        assertEquals("EBADFD", LibC.errorName(LibC.EBADFD));
        assertEquals("errno 4711", LibC.errorName(4711));
        assertEquals("errno 4711", LibC.errorText(4711));
    }
}
