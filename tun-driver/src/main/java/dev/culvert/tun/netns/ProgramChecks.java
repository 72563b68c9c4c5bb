package dev.culvert.tun.netns;

import dev.culvert.shim.NativeShim;
import dev.culvert.tun.netns.Doctor.Check;
import java.util.stream.Stream;

/** What this Java program was built and started with. */
final class ProgramChecks {
    private static final int WANTS_CONSENT = 24;

    private ProgramChecks() {}

    static Stream<Check> all() {
        return Stream.of(opens(), nativeAccess(), shim());
    }

    private static Check opens() {
        final String version = "Java " + Runtime.version();
        final boolean open = Object.class.getModule().isOpen("jdk.internal.misc", Doctor.class.getModule());
        return open
                ? Check.good("JDK", version + " opens jdk.internal.misc")
                : Check.bad(
                        "JDK",
                        version + " keeps jdk.internal.misc closed",
                        "start it by ./culvert, or with --add-opens java.base/jdk.internal.misc=ALL-UNNAMED");
    }

    /** Asked for by reflection: the method came with Java 22. */
    private static Check nativeAccess() {
        try {
            final Object enabled =
                    Module.class.getMethod("isNativeAccessEnabled").invoke(Doctor.class.getModule());
            if (Runtime.version().feature() >= WANTS_CONSENT && Boolean.FALSE.equals(enabled)) {
                return Check.unfortunate(
                        "native access", "the JDK warns", "start it with --enable-native-access=ALL-UNNAMED");
            }
        } catch (ReflectiveOperationException e) {
            return Check.good("native access", "needs no consent");
        }
        return Check.good("native access", "allowed");
    }

    private static Check shim() {
        if (NativeShim.load().isPresent()) {
            return Check.good("native shim", NativeShim.status());
        }
        final String fix = "as root: apt-get install gcc libc6-dev, then build again";
        return HostChecks.onPath("ip")
                ? Check.unfortunate("native shim", NativeShim.status() + "; going on through libc and ip", fix)
                : Check.bad("native shim", NativeShim.status() + ", and there is no ip", fix);
    }
}
