package dev.culvert.kit.posix;

import java.util.ArrayList;
import java.util.List;

/** The descriptor table of one process: the lowest free number is given out next. 0 to 2 are taken. Single-threaded. */
final class Descriptors {
    private static final int FIRST = 3;
    private static final int MOST = 65_536;

    private final List<OpenFile> files = new ArrayList<>();

    /** What a descriptor can stand for. */
    sealed interface OpenFile permits TcpSocket, EpollSet {}

    /** The new descriptor, or −1 where there are too many. */
    int add(final OpenFile file) {
        final int hole = files.indexOf(null);
        if (hole >= 0) {
            files.set(hole, file);
            return hole + FIRST;
        }
        if (files.size() >= MOST) {
            return -1;
        }
        files.add(file);
        return files.size() - 1 + FIRST;
    }

    /** The open file, or null. */
    OpenFile get(final int fd) {
        final int at = fd - FIRST;
        return at >= 0 && at < files.size() ? files.get(at) : null;
    }

    void remove(final int fd) {
        files.set(fd - FIRST, null);
    }

    void clear() {
        files.clear();
    }

    /** All files that are open. */
    List<OpenFile> open() {
        final List<OpenFile> all = new ArrayList<>(files);
        all.removeIf(file -> file == null);
        return all;
    }
}
