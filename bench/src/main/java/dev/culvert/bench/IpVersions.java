package dev.culvert.bench;

import java.util.Iterator;
import java.util.List;

/** The versions of IP, for the command line. */
final class IpVersions implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return List.of("4", "6").iterator();
    }
}
