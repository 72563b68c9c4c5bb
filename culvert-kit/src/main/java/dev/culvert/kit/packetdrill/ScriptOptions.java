package dev.culvert.kit.packetdrill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is said from outside of how scripts run.
 *
 * @param ipVersion ipv4, ipv6 or ipv4-mapped-ipv6: for scripts that do not say
 * @param options further options as packetdrill's command line has them, without {@code --}; those in a script win
 * @param defines values of words in scripts
 * @param sysctls settings that hold before a script makes its own
 * @param seed where everything random in the stack comes from
 */
public record ScriptOptions(
        String ipVersion,
        List<Map.Entry<String, String>> options,
        Map<String, String> defines,
        Map<String, String> sysctls,
        long seed) {

    /** The same with a device that takes super-segments and cuts them: what is seen on the wire must not change. */
    public ScriptOptions withOffload() {
        final List<Map.Entry<String, String>> more = new ArrayList<>(options);
        more.add(Map.entry("offload", "on"));
        return new ScriptOptions(ipVersion, List.copyOf(more), defines, sysctls, seed);
    }

    /** IPv4, nothing else said. */
    public static ScriptOptions ipv4() {
        return new ScriptOptions("ipv4", List.of(), Map.of(), Map.of(), 1);
    }

    /** IPv6 with an MTU that leaves segments as long as over IPv4, so that the same script fits both. */
    public static ScriptOptions ipv6() {
        return new ScriptOptions("ipv6", List.of(Map.entry("mtu", "1520")), Map.of(), Map.of(), 1);
    }
}
