package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.rstAck;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.Segment;
import org.junit.jupiter.api.Test;

/** TCP Fast Open on the client's side: RFC 7413 §4.1.3 and §4.2.1. */
class FastOpenClientTest extends ScriptTest {
    private static final int[] COOKIE = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final String COOKIE_TEXT = "FO 0102030405060708,nop,nop";

    private Script client() {
        return given(s -> s.active().config(c -> c.fastOpenClient(true)), CLOSED);
    }

    private String plainOptions() {
        return "mss " + (v6 ? 1440 : 1460) + ",sackOK,TS,nop,wscale 7";
    }

    private static Segment granting(final int... cookie) {
        final int[] options = new int[6 + cookie.length];
        System.arraycopy(new int[] {2, 4, 3, 0xe8, 34, 2 + cookie.length}, 0, options, 0, 6);
        System.arraycopy(cookie, 0, options, 6, cookie.length);
        return synAck().seq(0).rawOptions(options);
    }

    /** Has been there before: the cookie is known, and so is the server's MSS of 1,000. */
    private Script returning() {
        final Script tcp = client();
        tcp.connectWith(10).expect(syn().seq(0).len(0).options(plainOptions() + ",FO,nop,nop"));
        tcp.inject(granting(COOKIE).ack(1)).expect(data(10).seq(1).ack(1));
        return again(tcp.inject(ack().seq(1).ack(11)));
    }

    /** Resets the connection, so that the next one may follow. */
    private Script again(final Script tcp) {
        return tcp.abort().expect(rstAck()).advance(ms(50));
    }

    @Test
    @Rfc(number = 7413, id = "5", section = "4.2.1")
    void firstAsksThenSendsTextOnTheSyn() {
        final Script tcp = returning();
        tcp.connectWith(200).expect(syn().seq(0).len(200).options(plainOptions() + "," + COOKIE_TEXT));
        tcp.inject(synAck().seq(0).ack(201).mss(1000)).expect(ack().seq(201).ack(1));
        tcp.expectState(ESTABLISHED).expectCount(StackCounter.TcpExtTCPFastOpenActive, 1);
        tcp.inject(data(30).seq(1).ack(201)).expect(ack().ack(31)).receive(30);
    }

    @Test
    @Rfc(number = 7413, section = "4.1.3")
    void textOnTheSynLeavesRoomForOptionsWithinTheServersMss() {
        final Script tcp = returning();
        tcp.connectWith(1_500).expect(syn().seq(0).len(960));
        tcp.inject(synAck().seq(0).ack(961).mss(1000)).expect(data(540).seq(961).ack(1));
        tcp.inject(ack().seq(1).ack(1_501));
    }

    @Test
    @Rfc(number = 7413, id = "5", section = "4.2.1")
    void textThatTheServerDidNotTakeFollowsTheHandshake() {
        final Script tcp = returning();
        tcp.connectWith(200).expect(syn().seq(0).len(200));
        tcp.inject(granting(9, 9, 9, 9).ack(1)).expect(data(200).seq(1).ack(1).psh());
        tcp.expectCount(StackCounter.TcpExtTCPFastOpenActiveFail, 1)
                .inject(ack().seq(1).ack(201));
        again(tcp).connectWith(5).expect(syn().len(5).options(plainOptions() + ",FO 09090909,nop,nop"));
        tcp.inject(synAck().seq(0).ack(6)).expect(ack());
    }

    @Test
    @Rfc(number = 7413, section = "4.1.3")
    void aServerThatDoesNotAnswerAtAllIsAvoidedForAWhile() {
        final Script tcp = returning();
        tcp.connectWith(200).expect(syn().seq(0).len(200));
        tcp.advance(seconds(300)).takeAll();
        tcp.expectClosed(Errno.ETIMEDOUT).expectCount(StackCounter.TcpExtTCPFastOpenActiveFail, 1);
        tcp.connectWith(5).expect(syn().len(0).options(plainOptions()));
    }

    @Test
    @Rfc(number = 7413, section = "4.1.3")
    void aServerThatAnIcmpErrorAnswersForIsAvoidedForAWhile() {
        final Script tcp = returning();
        tcp.connectWith(200).expect(syn().seq(0).len(200));
        tcp.injectIcmpError(v6 ? 1 : 3, v6 ? 4 : 3, 0).expectClosed(Errno.ECONNREFUSED);
        tcp.connectWith(5).expect(syn().len(0).options(plainOptions()));
    }

    @Test
    @Rfc(number = 7413, section = "4.2.1")
    void textOfWhichTheServerTookAPartFollowsFromThere() {
        final Script tcp = returning();
        tcp.connectWith(200).expect(syn().seq(0).len(200));
        tcp.inject(synAck().seq(0).ack(101).mss(1000)).expect(data(100).seq(101).ack(1));
        tcp.inject(ack().seq(1).ack(201));
    }

    @Test
    @Rfc(number = 7413, id = "5", section = "4.1.3")
    void aLostSynGoesAgainWithoutTextAndTheServerIsAvoidedForAWhile() {
        final Script tcp = returning();
        tcp.connectWith(200).expect(syn().seq(0).len(200));
        tcp.expectAfter(seconds(1), syn().seq(0).len(0).options(plainOptions()));
        tcp.inject(synAck().seq(0).ack(1).mss(1000)).expect(data(200).seq(1));
        tcp.inject(ack().seq(1).ack(201));

        again(tcp).connectWith(5).expect(syn().len(0).options(plainOptions()));
        tcp.inject(synAck().seq(0).ack(1).mss(1000))
                .expect(data(5).seq(1))
                .inject(ack().seq(1).ack(6));
        tcp.advance(seconds(120));
        again(tcp).connectWith(5).expect(syn().len(5).options(plainOptions() + "," + COOKIE_TEXT));
        tcp.inject(synAck().seq(0).ack(6)).expect(ack());
    }

    @Test
    void aSynThatIsAcknowledgedWithItsTextAfterItsRepetitionWasNotLost() {
        final Script tcp = returning();
        tcp.connectWith(200).expect(syn().seq(0).len(200)).expectAfter(seconds(1), syn().len(0));
        tcp.inject(synAck().seq(0).ack(201).mss(1000)).expect(ack().seq(201));
        again(tcp).connectWith(5).expect(syn().len(5));
        tcp.inject(synAck().seq(0).ack(6)).expect(ack());
    }

    @Test
    @Rfc(number = 7413, section = "4.1.1")
    void anExperimentalOptionBringsACookieToo() {
        final Script tcp = client();
        tcp.connectWith(10).expect(syn());
        tcp.inject(synAck().seq(0).ack(1).rawOptions(254, 8, 0xf9, 0x89, 0xa, 0xb, 0xc, 0xd))
                .expect(data(10));
        again(tcp.inject(ack().seq(1).ack(11)))
                .connectWith(1)
                .expect(syn().len(1).options(plainOptions() + ",FO 0a0b0c0d,nop,nop"));
        tcp.inject(synAck().seq(0).ack(2)).expect(ack());
    }

    @Test
    @Rfc(number = 7413, section = "4.1.1")
    void cookiesOfForbiddenLengthsAreIgnored() {
        for (final int length : new int[] {2, 3, 5, 18}) {
            final Script tcp = client();
            tcp.connectWith(10).expect(syn());
            tcp.inject(granting(new int[length]).ack(1)).expect(data(10));
            again(tcp.inject(ack().seq(1).ack(11))).connectWith(1).expect(syn().len(0));
            tcp.inject(synAck().seq(0).ack(1))
                    .expect(data(1))
                    .inject(ack().seq(1).ack(2));
        }
    }

    @Test
    void aCookieThatNobodyAskedForIsIgnored() {
        final Script tcp = client();
        tcp.connect().expect(syn().options(plainOptions()));
        tcp.inject(granting(COOKIE).ack(1)).expect(ack());
        again(tcp).connectWith(1).expect(syn().len(0).options(plainOptions() + ",FO,nop,nop"));
        tcp.inject(synAck().seq(0).ack(1)).expect(data(1)).inject(ack().seq(1).ack(2));
    }

    @Test
    void offByDefault() {
        final Script tcp = given(s -> s.active(), CLOSED);
        tcp.connectWith(10).expect(syn().len(0).options(plainOptions()));
        tcp.inject(synAck().seq(0).ack(1).mss(1000))
                .expect(data(10).seq(1))
                .inject(ack().seq(1).ack(11));
    }

    @Test
    @Rfc(number = 7413, section = "4.2.1")
    void aCrossingSynMakesASimultaneousOpenAndTheTextFollows() {
        final Script tcp = returning();
        tcp.connectWith(20).expect(syn().seq(0).len(20));
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck().seq(0).ack(1).len(0)).expectState(SYN_RECEIVED);
        tcp.inject(synAck().seq(0).ack(1)).expect(data(20).seq(1).ack(1)).expectState(ESTABLISHED);
        tcp.inject(ack().seq(1).ack(21));
    }

    @Test
    void anAckBeyondTheTextOfTheSynIsRefused() {
        final Script tcp = returning();
        tcp.connectWith(20).expect(syn().seq(0).len(20));
        tcp.inject(synAck().seq(0).ack(22)).expect(Segments.rst().seq(22));
        tcp.inject(synAck().seq(0).ack(21)).expect(ack().seq(21));
    }

    @Test
    void aSilentServerEndsTheConnectionAndItsTextIsGivenBack() {
        final Script tcp = returning();
        tcp.connectWith(20).expect(syn().len(20)).advance(seconds(600)).takeAll();
        tcp.expectState(CLOSED).expectClosed(dev.culvert.env.Errno.ETIMEDOUT);
    }
}
