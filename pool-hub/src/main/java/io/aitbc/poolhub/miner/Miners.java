package io.aitbc.poolhub.miner;

import jakarta.persistence.LockModeType;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;

/** The registered miners, loaded, changed and saved one by one. */
interface Miners extends JpaRepository<Miner, String> {

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("SELECT m FROM Miner m WHERE m.minerId = :minerId")
    Optional<Miner> findForChange(String minerId);

    boolean existsByApiKeyHash(String apiKeyHash);
}
