package dev.culvert.tcp.fastopen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.culvert.env.Secrets;
import dev.culvert.tcp.fastopen.FastOpenKeys.Verdict;
import dev.culvert.tcp.option.FastOpenOption;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** Fast Open cookies: their values against those that Linux's packetdrill tests expect, and their ageing. */
class FastOpenKeysTest {
    private static final Flow V4 = flow("192.168.0.1", "192.0.2.1");
    private static final Flow V6 = flow("fd3d:0a0b:17d6::1", "fd3d:fa7b:d17d::1");

    private final FastOpenKeys keys = new FastOpenKeys(new Secrets(() -> 0x5eed));
    private final FastOpenOption cookie = new FastOpenOption();

    private static Flow flow(final String local, final String remote) {
        return new Ends(IpAddress.parse(local), IpAddress.parse(remote));
    }

    /** {@code tools/testing/selftests/net/packetdrill/ksft_runner.sh} of Linux: TFO_COOKIE and TFO_COOKIE_ZERO. */
    @Test
    void sharedKeysMakeTheCookiesOfLinux() {
        choose(0xb2b2b2b2a1a1a1a1L, 0xd4d4d4d4c3c3c3c3L);
        assertEquals(0x3021b9d889017eebL, granted(V4));
        assertEquals(0xc1d1e9742a47a9bcL, granted(V6));

        choose(0, 0);
        assertEquals(0xb7c12350a90dc8f5L, granted(V4));
        assertEquals(0x82af1a8f9a205c34L, granted(V6));
    }

    @Test
    void belongToOneClientAndOneServer() {
        final long mine = granted(V4);
        assertEquals(mine, granted(V4));
        assertNotEquals(mine, granted(flow("192.168.0.1", "192.0.2.2")));
        assertNotEquals(mine, granted(flow("192.168.0.2", "192.0.2.1")));
        keys.grant(V4, false, cookie, 0);
        assertEquals(Verdict.BAD, keys.judge(flow("192.168.0.1", "192.0.2.2"), cookie, 0));
    }

    @Test
    void ageByGenerationsAndNotByAccident() {
        final long last = FastOpenKeys.GENERATION_NS - 1;
        keys.grant(V6, false, cookie, 0);
        assertEquals(Verdict.GOOD, keys.judge(V6, cookie, last));
        assertEquals(Verdict.AGEING, keys.judge(V6, cookie, last + 1));
        assertEquals(Verdict.AGEING, keys.judge(V6, cookie, last + FastOpenKeys.GENERATION_NS));
        assertEquals(Verdict.BAD, keys.judge(V6, cookie, last + FastOpenKeys.GENERATION_NS + 1));
    }

    @Test
    void aChosenKeyStaysGoodAsLongAsItIsNamedAsTheOldOne() {
        choose(1, 2);
        keys.grant(V6, false, cookie, 0);
        assertEquals(Verdict.GOOD, keys.judge(V6, cookie, 10 * FastOpenKeys.GENERATION_NS));
        keys.choose(3, 4, 1, 2);
        assertEquals(Verdict.AGEING, keys.judge(V6, cookie, 0));
        keys.choose(3, 4, 1, 2);
        assertEquals(Verdict.AGEING, keys.judge(V6, cookie, 0));
        choose(3, 4);
        assertEquals(Verdict.BAD, keys.judge(V6, cookie, 0));
    }

    private void choose(final long k0, final long k1) {
        keys.choose(k0, k1, k0, k1);
    }

    private long granted(final Flow client) {
        keys.grant(client, false, cookie, 0);
        return cookie.high;
    }

    private record Ends(IpAddress local, IpAddress remote) implements Flow {
        @Override
        public long localHi() {
            return local.hi();
        }

        @Override
        public long localLo() {
            return local.lo();
        }

        @Override
        public int localPort() {
            return 80;
        }

        @Override
        public long remoteHi() {
            return remote.hi();
        }

        @Override
        public long remoteLo() {
            return remote.lo();
        }

        @Override
        public int remotePort() {
            return 40_000;
        }
    }
}
