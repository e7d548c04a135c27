package io.aitbc.monitoring.chain;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DialectsTest {

    @RegisterExtension
    static final WireMockExtension SERVER = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private static final String BLOCK = """
            {"jsonrpc": "2.0", "id": 1, "result": {"number": "0x1b4", "hash": "0xabc", "parentHash": "0xabb",
             "timestamp": "0x69e8b7c0", "transactions": ["0x1", "0x2"], "miner": "0x0"}}
            """;

    private final NodeHttp http = new NodeHttp(new ObjectMapper());
    private final EthereumNode ethereum = new EthereumNode(URI.create(SERVER.baseUrl()), http);
    private final AitbcNode aitbc = new AitbcNode(URI.create(SERVER.baseUrl() + "/rpc"), http);

    private static Deadline deadline() {
        return Deadline.in(Duration.ofSeconds(5));
    }

    private static void answers(ResponseDefinitionBuilder answer) {
        SERVER.stubFor(any(anyUrl()).willReturn(answer));
    }

    @Test
    void ethereumIsAskedByJsonRpc() throws NodeTrouble {
        SERVER.stubFor(post("/")
                .withRequestBody(matchingJsonPath("$[?(@.method == 'eth_getBlockByNumber')]"))
                .willReturn(okJson(BLOCK)));
        SERVER.stubFor(post("/")
                .withRequestBody(matchingJsonPath("$[?(@.method == 'net_peerCount')]"))
                .willReturn(okJson("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x19\"}")));
        Block head = ethereum.head(deadline());
        assertThat(head).isEqualTo(new Block(436, "0xabc", "0xabb", Instant.ofEpochSecond(0x69e8b7c0L), 2, null, null));
        assertThat(ethereum.peers(deadline())).isEqualTo(OptionalLong.of(25));
        assertThat(ethereum.block(436, deadline())).contains(head);
        SERVER.verify(
                postRequestedFor(urlEqualTo("/"))
                        .withRequestBody(
                                equalToJson(
                                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_getBlockByNumber\",\"params\":[\"0x1b4\",false]}")));
        assertThatThrownBy(() -> ethereum.block(435, deadline()))
                .hasMessage("asked for block 435, it tells of block 436");
    }

    @Test
    void whatANodeRefusesToTellIsNotKnown() throws NodeTrouble {
        answers(okJson("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no such method\"}}"));
        assertThat(ethereum.peers(deadline())).isEmpty();
        assertThatThrownBy(() -> ethereum.head(deadline())).hasMessage("it refuses eth_getBlockByNumber, code -32601");
        answers(okJson("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}"));
        assertThat(ethereum.block(7, deadline())).isEmpty();
        assertThatThrownBy(() -> ethereum.head(deadline())).hasMessage("it has no newest block");
    }

    @Test
    void garbageIsTroubleAndNothingWorse() {
        Map<String, ResponseDefinitionBuilder> garbage = new LinkedHashMap<>();
        garbage.put("a page", aResponse().withBody("<html>It works!</html>"));
        garbage.put("nothing", aResponse().withStatus(200));
        garbage.put("a list", okJson("[1, 2]"));
        garbage.put("no result", okJson("{}"));
        garbage.put("deep", okJson("{\"result\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}"));
        garbage.put("cut", okJson(BLOCK.substring(0, 60)));
        garbage.put("bytes", aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE));
        garbage.put("a cut connection", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        garbage.put("a redirect", aResponse().withStatus(302).withHeader("Location", "/elsewhere"));
        garbage.put("9 MB", aResponse().withBody("{\"a\":\"" + "x".repeat(9 << 20) + "\"}"));
        for (String wrong : new String[] {
            "\"number\": \"0x1b4\"|\"number\": 436",
            "\"number\": \"0x1b4\"|\"number\": \"0xffffffffffffffff\"",
            "\"number\": \"0x1b4\"|\"number\": \"-1\"",
            "\"hash\": \"0xabc\"|\"hash\": \"\"",
            "\"hash\": \"0xabc\"|\"hash\": \"\\u0000\"",
            "\"hash\": \"0xabc\"|\"hash\": {}",
            "\"parentHash\": \"0xabb\"|\"parentHash\": null",
            "\"timestamp\": \"0x69e8b7c0\"|\"timestamp\": \"0x7fffffffffffff\"",
            "\"transactions\": [\"0x1\", \"0x2\"]|\"transactions\": 2"
        }) {
            int bar = wrong.indexOf('|');
            garbage.put(wrong, okJson(BLOCK.replace(wrong.substring(0, bar), wrong.substring(bar + 1))));
        }
        garbage.forEach((what, answer) -> {
            answers(answer);
            assertThatThrownBy(() -> ethereum.head(deadline())).as(what).isInstanceOf(NodeTrouble.class);
            assertThatThrownBy(() -> aitbc.head(deadline())).as(what).isInstanceOf(NodeTrouble.class);
        });
        SERVER.verify(0, getRequestedFor(urlEqualTo("/elsewhere")));
    }

    @Test
    void aNodeThatHangsIsGivenUpInTimeAlsoWhileItDrips() {
        for (ResponseDefinitionBuilder slow : new ResponseDefinitionBuilder[] {
            okJson(BLOCK).withFixedDelay(20_000), okJson(BLOCK).withChunkedDribbleDelay(50, 20_000)
        }) {
            answers(slow);
            long begin = System.nanoTime();
            assertThatThrownBy(() -> ethereum.head(Deadline.in(Duration.ofMillis(500))))
                    .isInstanceOf(NodeTrouble.class)
                    .hasMessage("it does not answer in time");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void aNodeThatIsAwayIsTroubleWithoutItsUrl() {
        EthereumNode away = new EthereumNode(URI.create("http://127.0.0.1:1/secret"), http);
        assertThatThrownBy(() -> away.head(deadline())).hasMessage("nobody accepts the connection");
    }

    @Test
    void aitbcIsAskedByRest() throws NodeTrouble {
        SERVER.stubFor(
                get("/rpc/head")
                        .willReturn(
                                okJson(
                                        "{\"height\":12,\"hash\":\"0xc\",\"timestamp\":\"2026-04-22T12:00:00.250000\",\"tx_count\":2}")));
        SERVER.stubFor(get("/rpc/blocks/12").willReturn(okJson("""
                {"chain_id": "ait-devnet", "height": 12, "hash": "0xc", "parent_hash": "0xb", "proposer": "p",
                 "timestamp": "2026-04-22T12:00:00.250000", "tx_count": 2, "transactions": [{}, {}]}
                """)));
        SERVER.stubFor(get("/rpc/blocks/11").willReturn(okJson("""
                {"height": 11, "hash": "0xb", "timestamp": "2026-04-22T14:00:00+02:00", "transactions": [{}],
                 "processing_duration_seconds": 0.25, "validation_duration_seconds": -1}
                """)));
        SERVER.stubFor(get("/rpc/blocks/13").willReturn(aResponse().withStatus(404)));
        assertThat(aitbc.head(deadline()))
                .as("a time without a zone is UTC")
                .isEqualTo(new Block(12, "0xc", "0xb", Instant.parse("2026-04-22T12:00:00.250Z"), 2, null, null));
        assertThat(aitbc.block(11, deadline()))
                .contains(new Block(11, "0xb", null, Instant.parse("2026-04-22T12:00:00Z"), 1, 0.25, null));
        assertThat(aitbc.block(13, deadline())).isEmpty();
        assertThat(aitbc.peers(deadline())).isEmpty();
    }

    @Test
    void anAitbcNodeThatTellsNonsenseIsTrouble() {
        for (String head : new String[] {
            "{\"height\": -1}", "{\"height\": 1.5}", "{\"height\": \"12\"}", "{\"height\": 1e400}", "{}"
        }) {
            answers(okJson(head));
            assertThatThrownBy(() -> aitbc.head(deadline())).as(head).isInstanceOf(NodeTrouble.class);
        }
        for (String rest : new String[] {
            "\"hash\": \"0xc\", \"timestamp\": \"yesterday\", \"tx_count\": 1",
            "\"hash\": \"0xc\", \"timestamp\": \"+99999-01-01T00:00:00Z\", \"tx_count\": 1",
            "\"hash\": \"0xc\", \"timestamp\": \"2026-04-22T12:00:00Z\", \"tx_count\": -1",
            "\"timestamp\": \"2026-04-22T12:00:00Z\", \"tx_count\": 1"
        }) {
            answers(okJson("{\"height\": 12, " + rest + "}"));
            assertThatThrownBy(() -> aitbc.block(12, deadline())).as(rest).isInstanceOf(NodeTrouble.class);
        }
        answers(aResponse().withStatus(500).withBody("{}"));
        assertThatThrownBy(() -> aitbc.head(deadline())).hasMessage("it answers 500");
    }
}
