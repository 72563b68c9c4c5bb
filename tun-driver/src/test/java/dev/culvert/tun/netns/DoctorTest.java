package dev.culvert.tun.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.shim.NativeShim;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DoctorTest {
    @AfterEach
    void shimOn() {
        System.clearProperty(NativeShim.SWITCH);
    }

    @Test
    void findsEverythingInOrderWhereCulvertStarts() {
        final List<Doctor.Check> checks = Doctor.examine();
        final String bad = checks.stream()
                .filter(check -> check.required() && !check.ok())
                .map(Doctor.Check::toString)
                .collect(Collectors.joining("; "));

        assertEquals("", bad);
        assertTrue(checks.stream().allMatch(check -> check.ok() == check.fix().isEmpty()), checks.toString());
    }

    @Test
    void saysThatItCanDoWithoutTheShim() {
        System.setProperty(NativeShim.SWITCH, "off");
        final Doctor.Check shim = Doctor.examine().stream()
                .filter(check -> check.name().equals("native shim"))
                .findFirst()
                .orElseThrow();

        assertFalse(shim.ok());
        assertFalse(shim.required());
        assertEquals(
                "note  native shim: switched off by -Dculvert.shim=off; going on through libc and ip; "
                        + "as root: apt-get install gcc libc6-dev, then build again",
                shim.toString());
    }
}
