package dev.culvert.tun;

import dev.culvert.env.Entropy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Keys and clock of a stack, kept in a file so that they outlive it: initial sequence numbers and timestamps go on where they
 * were when the program or the machine starts anew, and no quiet time is needed (RFC 9293 §3.4.3). The clock begins at the
 * wall clock and runs with the monotonic one; the file says how far it came, so that a wall clock that was set back cannot
 * pull it back. One stack at a time. {@link #nowNs} is for the stack's threads, {@link #close} for anybody.
 *
 * <pre>
 *  0 "CULVERT1" | 8 seed, 32 bytes | 40 how far the clock came, ns since 1970 | 48 end
 * </pre>
 */
public final class KeptSecret implements AutoCloseable {
    /** How far the clock is set ahead of what the file says when the wall clock is behind that: more than a write can be lost. */
    static final long LEAD_NS = 60_000_000_000L;

    private static final FileAttribute<?> FOR_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final long MAGIC = 0x43554c5645525431L;
    private static final int SEED = 8;
    private static final int SEED_LENGTH = 32;
    private static final int REACHED = 40;
    private static final int LENGTH = 48;

    /**
     * The files that this program has open: closing a second channel of a file would let go of the lock of the first one
     * (fcntl(2), F_SETLK), so there must never be a second one.
     */
    private static final Set<Object> OPEN = ConcurrentHashMap.newKeySet();

    private final Object key;
    private final FileChannel file;
    private final MappedByteBuffer state;
    private final LongSupplier monotonicNs;
    private final long offsetNs;
    private final byte[] seed = new byte[SEED_LENGTH];

    private KeptSecret(
            final Object key,
            final FileChannel file,
            final MappedByteBuffer state,
            final long wallNs,
            final LongSupplier monotonicNs) {
        this.key = key;
        this.file = file;
        this.state = state;
        this.monotonicNs = monotonicNs;
        state.get(SEED, seed);
        final long reached = state.getLong(REACHED);
        offsetNs = (wallNs < reached ? reached + LEAD_NS : wallNs) - monotonicNs.getAsLong();
    }

    /**
     * Opens the file, or makes it with mode 0600 and a new seed.
     *
     * @throws IOException when it cannot be had; the message names the file and says why
     */
    public static KeptSecret open(final Path path) throws IOException {
        return open(path, System::currentTimeMillis, System::nanoTime);
    }

    static KeptSecret open(final Path path, final LongSupplier wallMs, final LongSupplier monotonicNs)
            throws IOException {
        create(path);
        check(path);
        final Object key = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
        if (!OPEN.add(key)) {
            throw inUse(path);
        }
        try {
            return openAlone(path, key, wallMs.getAsLong() * 1_000_000, monotonicNs);
        } catch (final IOException | RuntimeException failure) {
            OPEN.remove(key);
            throw failure;
        }
    }

    private static KeptSecret openAlone(
            final Path path, final Object key, final long wallNs, final LongSupplier monotonicNs) throws IOException {
        final FileChannel file =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            if (file.tryLock() == null) {
                throw inUse(path);
            }
            final MappedByteBuffer state = file.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
            if (state.order(ByteOrder.BIG_ENDIAN).getLong(0) != MAGIC) {
                throw foreign(path);
            }
            return new KeptSecret(key, file, state, wallNs, monotonicNs);
        } catch (final IOException | RuntimeException failure) {
            file.close();
            throw failure;
        }
    }

    private static void create(final Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        final byte[] fresh = new byte[SEED_LENGTH];
        new SecureRandom().nextBytes(fresh);
        final ByteBuffer content =
                ByteBuffer.allocate(LENGTH).putLong(MAGIC).put(fresh).putLong(0).flip();
        final Path unfinished;
        try {
            unfinished = Files.createTempFile(path.toAbsolutePath().getParent(), ".culvert-secret", null, FOR_OWNER);
        } catch (final NoSuchFileException noDirectory) {
            throw new IOException(path + ": there is no directory to make the secret file in");
        }
        try (FileChannel file = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            file.write(content);
            file.force(true);
            Files.createLink(path, unfinished); // whole or not at all
        } catch (final FileAlreadyExistsException justMade) {
            // by somebody else, in the same instant: the lock decides who may use it
        } finally {
            Files.delete(unfinished);
        }
    }

    /** A secret that others may read or replace is none. */
    private static void check(final Path path) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " is not a regular file");
        }
        final Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new IOException(path + " belongs to another user");
        }
        final String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        if (!mode.equals("rw-------")) {
            throw new IOException(path + " has mode " + mode + "; a secret file must have mode 0600");
        }
        if (Files.size(path) != LENGTH) {
            throw foreign(path);
        }
    }

    private static IOException foreign(final Path path) {
        return new IOException(
                path + " is not a secret file of Culvert; name another one, or remove it to get a new one");
    }

    private static IOException inUse(final Path path) {
        return new IOException(path + " is in use by another stack");
    }

    /** The numbers that the stack's keys are made of: always the same ones, in the same order. Each caller begins anew. */
    public Entropy entropy() {
        final long[] drawn = {0};
        return () -> {
            final ByteBuffer input =
                    ByteBuffer.allocate(SEED_LENGTH + Long.BYTES).put(seed).putLong(drawn[0]++);
            return ByteBuffer.wrap(sha256(input.array())).getLong();
        };
    }

    private static byte[] sha256(final byte[] input) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(input);
        } catch (final NoSuchAlgorithmException impossible) { // every Java has it
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * The time in ns since 1970, never less than it ever was in a stack with this file. Notes it in the file: a store to mapped
     * memory, which outlives the process however that ends.
     */
    public long nowNs() {
        final long now = monotonicNs.getAsLong() + offsetNs;
        state.putLong(REACHED, now);
        return now;
    }

    /** Lets the next one have the file. */
    @Override
    public void close() throws IOException {
        if (file.isOpen()) {
            file.close();
            OPEN.remove(key);
        }
    }
}
