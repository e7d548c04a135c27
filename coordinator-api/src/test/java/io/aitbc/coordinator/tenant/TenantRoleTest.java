package io.aitbc.coordinator.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.testsupport.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The migration on a database that somebody else runs, where this service is no superuser. */
class TenantRoleTest {

    private final TestDatabase database = TestDatabase.create();
    private final JdbcClient superuser = JdbcClient.create(database.dataSource());

    @Test
    void anOwnerThatMayMakeRolesNeedsNoHelp() {
        DataSource owner = owner("owner_with_createrole", "CREATEROLE");
        // The role is the server's, not the database's: other tests may have made it. Only its maker may give it away.
        superuser
                .sql("GRANT coordinator_tenant TO owner_with_createrole WITH ADMIN OPTION")
                .update();
        migrate(owner);
        assertThat(fenced(owner)).isZero();
    }

    @Test
    void anOwnerThatWasGivenTheRoleNeedsNoOtherRight() {
        DataSource owner = owner("owner_with_role", "");
        superuser.sql("GRANT coordinator_tenant TO owner_with_role").update();
        migrate(owner);
        assertThat(fenced(owner)).isZero();
    }

    @Test
    void anyOtherOwnerIsToldWhatItsAdministratorHasToDo() {
        DataSource owner = owner("owner_without_role", "");
        assertThatThrownBy(() -> migrate(owner))
                .hasMessageContaining("The database role coordinator_tenant is needed")
                .hasMessageContaining("GRANT coordinator_tenant TO owner_without_role;");
    }

    private DataSource owner(String name, String rights) {
        superuser.sql("""
                DO $$ BEGIN CREATE ROLE coordinator_tenant NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$
                """).update();
        superuser
                .sql("CREATE ROLE " + name + " LOGIN PASSWORD 'secret' " + rights)
                .update();
        String own =
                superuser.sql("SELECT current_database()").query(String.class).single();
        superuser.sql("ALTER DATABASE " + own + " OWNER TO " + name).update();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setUser(name);
        source.setPassword("secret");
        return source;
    }

    private static void migrate(DataSource source) {
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/support", "classpath:db/migration")
                .load()
                .migrate();
    }

    private static int fenced(DataSource source) {
        SingleConnectionDataSource connection = new SingleConnectionDataSource(connect(source), true);
        try {
            JdbcClient jdbc = JdbcClient.create(connection);
            jdbc.sql("SET ROLE coordinator_tenant").update();
            return jdbc.sql("SELECT count(*) FROM usage_ledger")
                    .query(Integer.class)
                    .single();
        } finally {
            connection.destroy();
        }
    }

    private static Connection connect(DataSource source) {
        try {
            return source.getConnection();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
