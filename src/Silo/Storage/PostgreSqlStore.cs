using System.Data.Common;
using Npgsql;

namespace Headroom.Silo.Storage;

/// <summary>
/// The PostgreSQL database that all silos share: makes the tables and queries of Orleans' providers where they are
/// missing, before the silo starts, and answers for the database afterwards.
/// </summary>
internal sealed class PostgreSqlStore(string connectionString, TimeProvider time)
    : IHostedService, IStoreProbe, IAsyncDisposable
{
    // Any number that nobody else uses as a lock: several silos start at once, and two of them must not make the same
    // table. The letters are those of "headroom".
    private const long SchemaLock = 0x68_65_61_64_72_6F_6F_6D;

    // The queries of the script. A database that has them was prepared, by an earlier start or by hand, and then this
    // role need not be allowed to make tables.
    private const int Queries = 13;

    private const int ProbeSeconds = 2;
    private const string Script = "Headroom.Silo.Storage.PostgreSql.sql";

    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(connectionString);

    /// <summary>
    /// The connection string as it is used: with this program's name, unless it names one.
    /// </summary>
    public static string ConnectionString(string text)
    {
        var parts = new NpgsqlConnectionStringBuilder(text);
        parts.ApplicationName ??= "headroom";
        return parts.ConnectionString;
    }

    /// <summary>Connects and makes what is missing. Idempotent, also when several silos do it at once.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached or prepared.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = await _database.OpenConnectionAsync(cancellationToken);
            await using NpgsqlTransaction work = await connection.BeginTransactionAsync(cancellationToken);

            // Held until the transaction ends, however that ends.
            await RunAsync(connection, $"SELECT pg_advisory_xact_lock({SchemaLock})", cancellationToken);
            if (!await IsPreparedAsync(connection, cancellationToken))
            {
                await RunAsync(connection, ReadScript(), cancellationToken);
            }

            await work.CommitAsync(cancellationToken);
        }
        catch (DbException error)
        {
            throw new StoreUnavailableException(Explain(error), error);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            await using NpgsqlCommand command = _database.CreateCommand("SELECT 1");
            command.CommandTimeout = ProbeSeconds;
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(ProbeSeconds), time);
            await command.ExecuteScalarAsync(limit.Token);
            return true;
        }
        catch (Exception error) when (error is DbException or OperationCanceledException or ObjectDisposedException)
        {
            // The answer is "no". Why is in the log of whoever needed the store for more than this question.
            return false;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>What is wrong with the database, as one line for the person who starts the silo.</summary>
    public static string Explain(DbException error)
    {
        string why = error is PostgresException refused
            ? $"{refused.MessageText} ({refused.SqlState})"
            : error.Message.ReplaceLineEndings(" ");
        return $"The store of Headroom:Cluster:ConnectionString cannot be used: {why}";
    }

    private static async Task<bool> IsPreparedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('orleansquery') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return false;
        }

        await using var count = new NpgsqlCommand(
            "SELECT count(*) FROM OrleansQuery WHERE QueryKey IN ("
            + "'UpdateIAmAlivetimeKey', 'InsertMembershipVersionKey', 'InsertMembershipKey', 'UpdateMembershipKey', "
            + "'MembershipReadRowKey', 'MembershipReadAllKey', 'DeleteMembershipTableEntriesKey', 'GatewaysQueryKey', "
            + "'CleanupDefunctSiloEntriesKey', 'WriteToStorageKey', 'ReadFromStorageKey', 'ClearStorageKey', "
            + "'DeleteStorageKey')",
            connection);
        return await count.ExecuteScalarAsync(cancellationToken) is long queries && queries == Queries;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string ReadScript()
    {
        using Stream script = typeof(PostgreSqlStore).Assembly.GetManifestResourceStream(Script)
            ?? throw new InvalidOperationException($"The resource {Script} is missing.");
        using var reader = new StreamReader(script);
        return reader.ReadToEnd();
    }
}
