package io.aitbc.poolhub.miner;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A machine of the pool, as it described itself. */
@Entity
@Table(name = "miners")
class Miner {

    @Id
    String minerId;

    @JdbcTypeCode(SqlTypes.CHAR)
    String apiKeyHash;

    @Enumerated(EnumType.STRING)
    Enrollment enrollment;

    @Nullable
    String addr;

    @Nullable
    String proto;

    @Nullable
    String gpuName;

    @Nullable
    BigDecimal gpuVramGb;

    int gpuCount = 1;

    @Nullable
    Integer cpuCores;

    @Nullable
    BigDecimal ramGb;

    int maxParallel = 1;

    BigDecimal basePrice = BigDecimal.ZERO;

    @JdbcTypeCode(SqlTypes.JSON)
    Map<String, Object> tags = new LinkedHashMap<>();

    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(columnDefinition = "text[]")
    List<String> capabilities = List.of();

    @Nullable
    String region;

    @Nullable
    String chainId;

    @Nullable
    String walletAddress;

    Instant registeredAt;

    Instant updatedAt;

    @Version
    @Nullable
    Long version;

    /** For JPA. */
    @SuppressWarnings("NullAway")
    protected Miner() {}

    Miner(String minerId, String apiKeyHash, Enrollment enrollment, Instant now) {
        this.minerId = minerId;
        this.apiKeyHash = apiKeyHash;
        this.enrollment = enrollment;
        this.registeredAt = now;
        this.updatedAt = now;
    }

    void enroll(Enrollment next, Instant now) {
        enrollment = next;
        updatedAt = now;
    }

    /** Takes over what the description says; what it leaves out stays. */
    void describe(MinerDescription said, Instant now) {
        addr = said.addr() == null ? addr : said.addr();
        proto = said.proto() == null ? proto : said.proto();
        gpuName = said.gpuName() == null ? gpuName : said.gpuName();
        gpuVramGb = said.gpuVramGb() == null ? gpuVramGb : said.gpuVramGb();
        gpuCount = said.gpuCount() == null ? gpuCount : said.gpuCount();
        cpuCores = said.cpuCores() == null ? cpuCores : said.cpuCores();
        ramGb = said.ramGb() == null ? ramGb : said.ramGb();
        maxParallel = said.maxParallel() == null ? maxParallel : said.maxParallel();
        basePrice = said.basePrice() == null ? basePrice : said.basePrice();
        tags = said.tags() == null ? tags : new LinkedHashMap<>(said.tags());
        capabilities = said.capabilities() == null ? capabilities : List.copyOf(said.capabilities());
        region = said.region() == null ? region : said.region();
        chainId = said.chainId() == null ? chainId : said.chainId();
        walletAddress = said.walletAddress() == null ? walletAddress : said.walletAddress();
        updatedAt = now;
    }
}
