package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.tcp.TcpConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** Two running stacks with a cable between them. Closing it checks that every buffer has been given back. */
public final class StackPair implements AutoCloseable {
    public static final String LEFT_V4 = "10.83.0.1";
    public static final String RIGHT_V4 = "10.83.0.2";
    public static final String LEFT_V6 = "fd83::1";
    public static final String RIGHT_V6 = "fd83::2";

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    final MemoryLink link;
    public final CulvertStack left;
    public final CulvertStack right;
    /** What handlers and tasks have thrown. */
    public final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    /** Without caches by thread, so that what is released is counted as released. */
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true, 0, 1, 8_192, 9, 0, 0, false);

    public StackPair() {
        this(builder -> builder);
    }

    /** With as many queues as the system property {@code culvert.queues} says, so that every test can be run with several. */
    public StackPair(final UnaryOperator<CulvertStackBuilder> options) {
        this(options, Integer.getInteger("culvert.queues", 1));
    }

    public StackPair(final UnaryOperator<CulvertStackBuilder> options, final int queues) {
        link = new MemoryLink(1_500, queues);
        left = build(options, link.leftQueues, LEFT_V4, LEFT_V6).start();
        right = build(options, link.rightQueues, RIGHT_V4, RIGHT_V6).start();
    }

    private CulvertStack build(
            final UnaryOperator<CulvertStackBuilder> options,
            final List<MemoryLink.Device> devices,
            final String v4,
            final String v6) {
        return options.apply(CulvertStack.builder()
                        .devices(devices)
                        .name(devices.get(0).name())
                        .address(v4)
                        .address(v6)
                        .allocator(allocator)
                        .spinNs(0)
                        .tcp(TcpConfig.DEFAULT.with().mslMs(1).build())
                        .monitor(new StackMonitor() {
                            @Override
                            public void onHandlerFailure(final Connection connection, final Throwable failure) {
                                failures.add(failure);
                            }

                            @Override
                            public void onStackFailure(final String reason, final int error) {
                                failures.add(new IllegalStateException(reason));
                            }
                        }))
                .build();
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }

    @Override
    public void close() {
        left.shutdown(Duration.ofSeconds(5));
        right.shutdown(Duration.ofSeconds(5));
        assertEquals(List.of(), failures, "what handlers and tasks have thrown");
        assertEquals(
                0,
                allocator.metric().directArenas().stream()
                        .mapToLong(arena -> arena.numActiveAllocations())
                        .sum(),
                "buffers that nobody has released");
    }
}
