using Headroom.Silo.Storage;
using Headroom.Support;
using Npgsql;
using Xunit;

namespace Headroom.Silo.Tests.Storage;

[Trait("Kind", "Process")]
public sealed class PostgreSqlStoreTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_ManyAtOnceOnAnEmptyDatabase_PrepareItOnce()
    {
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync();
        PostgreSqlStore[] stores = [.. Enumerable.Range(0, 5).Select(_ => Store(server.ConnectionString))];

        await Task.WhenAll(stores.Select(store => store.StartAsync(Stop)));

        await using NpgsqlDataSource database = NpgsqlDataSource.Create(server.ConnectionString);
        await using NpgsqlCommand count = database.CreateCommand("SELECT count(*) FROM OrleansQuery");
        Assert.Equal(13L, await count.ExecuteScalarAsync(Stop));
        foreach (PostgreSqlStore store in stores)
        {
            Assert.True(await store.AnswersAsync());
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Start_RoleThatMayNotMakeTables_UsesWhatIsPrepared()
    {
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync();
        await using (PostgreSqlStore owner = Store(server.ConnectionString))
        {
            await owner.StartAsync(Stop);
        }

        await using NpgsqlDataSource database = NpgsqlDataSource.Create(server.ConnectionString);
        await using NpgsqlCommand role = database.CreateCommand(
            "CREATE ROLE plain LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO plain");
        await role.ExecuteNonQueryAsync(Stop);
        var plain = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = "plain" };

        await using PostgreSqlStore store = Store(plain.ConnectionString);
        await store.StartAsync(Stop);

        Assert.True(await store.AnswersAsync());
    }

    [Fact]
    public async Task Answers_ServerThatIsGone_No()
    {
        PostgreSqlServer server = await PostgreSqlServer.StartAsync();
        await using PostgreSqlStore store = Store(server.ConnectionString);
        Assert.True(await store.AnswersAsync());

        await server.DisposeAsync();

        Assert.False(await store.AnswersAsync());
        StoreUnavailableException error =
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.StartAsync(Stop));
        Assert.DoesNotContain('\n', error.Message);
    }

    private static PostgreSqlStore Store(string connectionString) => new(connectionString, TimeProvider.System);
}
