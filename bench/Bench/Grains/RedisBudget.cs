using System.Buffers.Binary;
using StackExchange.Redis;

namespace Headroom.Bench;

/// <summary>
/// The peer: a budget of two levels with sessions that lapse, kept by one script on a Redis of its own. Packed, it is
/// as quick as could be found; plain, as most would write it.
/// </summary>
internal sealed class RedisBudget
{
    /// <summary>Numbers of a row: credit, leased at four urgencies, want, its urgency.</summary>
    private const int Numbers = 7;

    private const string Epoch = "7";
    private const long Plenty = 1L << 45;
    private const string Life = "30000";

    private readonly IDatabase _database;
    private readonly byte[] _script;
    private readonly bool _packed;
    private readonly string _name;
    private readonly RedisKey[] _keys;
    private readonly string[] _subsystems;
    private readonly int _total;
    private long _seen;

    private RedisBudget(IDatabase database, byte[] script, bool packed, string name, string[] subsystems)
    {
        (_database, _script, _packed, _name, _subsystems) = (database, script, packed, name, subsystems);
        string books = packed ? "{host}packed" : "{host}plain";
        _keys = [books, $"{books}:{name}", $"{books}:ends"];
        _total = (int)(DrawingSession.LeasedBytes + DrawingSession.DrawnBytes);
    }

    /// <summary>Opens so many sessions, which draw for the same subsystems.</summary>
    public static async Task<RedisBudget[]> OpenAsync(
        IConnectionMultiplexer connection, bool packed, int sessions, string[] subsystems)
    {
        IDatabase database = connection.GetDatabase();
        byte[] script = await connection.GetServers()[0].ScriptLoadAsync(Script(packed ? "Packed" : "Plain"));
        string prefix = $"{sessions}-{subsystems.Length}";
        RedisBudget[] opened =
        [
            .. Enumerable.Range(0, sessions).Select(
                at => new RedisBudget(database, script, packed, $"{prefix}-{at}", subsystems)),
        ];
        await opened[0].FillAsync();
        await Task.WhenAll(opened.Select(session => database.HashSetAsync(
            session._keys[1], [new HashEntry("epoch", Epoch), new HashEntry("order", 0)])));
        return opened;
    }

    /// <summary>One exchange: as <see cref="DrawingSession.DrawAsync"/>.</summary>
    public async Task DrawAsync()
    {
        RedisResult[] answer = (RedisResult[])(await _database.ScriptEvaluateAsync(
            _script, _keys, _packed ? PackedArguments() : PlainArguments()))!;
        if ((int)answer[0] != 0 || (long)answer[1] != _seen + 1)
        {
            throw new InvalidOperationException($"The session {_name} must live.");
        }

        _seen++;
        if (_packed)
        {
            byte[] totals = (byte[])answer[2]!;
            for (int row = 0; row < _subsystems.Length; row++)
            {
                Expect(BinaryPrimitives.ReadDoubleLittleEndian(totals.AsSpan(row * sizeof(double))));
            }
        }
        else
        {
            for (int row = 0; row < _subsystems.Length; row++)
            {
                Expect((long)answer[row + 2]);
            }
        }
    }

    private static string Script(string name)
    {
        using Stream stream = typeof(RedisBudget).Assembly.GetManifestResourceStream($"Headroom.Bench.{name}.lua")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private void Expect(double total)
    {
        if (total != _total)
        {
            throw new InvalidOperationException($"There must be room for what the bench draws; {total} was drawn.");
        }
    }

    private async Task FillAsync()
    {
        if (await _database.KeyExistsAsync(_keys[0]))
        {
            return;
        }

        if (_packed)
        {
            double[] books = [Plenty, 0, 0, 0, Plenty, 0, 0, 0, 0, 0, 0, 0, 0];
            await _database.HashSetAsync(_keys[0], [new HashEntry("", Bytes(books))]);
            return;
        }

        string[] zero =
            ["floor0", "floor1", "floor2", "committed", "least0", "least1", "least2", "l0", "l1", "l2", "l3"];
        await _database.HashSetAsync(
            _keys[0],
            [
                new HashEntry("free", Plenty), new HashEntry("limit", Plenty),
                .. zero.Select(name => new HashEntry(name, 0)),
            ]);
    }

    private RedisValue[] PackedArguments()
    {
        var numbers = new double[_subsystems.Length * Numbers];
        var arguments = new RedisValue[_subsystems.Length + 4];
        for (int row = 0; row < _subsystems.Length; row++)
        {
            numbers[(row * Numbers) + 2] = DrawingSession.LeasedBytes;
            numbers[(row * Numbers) + 5] = _total;
            numbers[(row * Numbers) + 6] = (int)Urgency.SafeToFail;
            arguments[row + 4] = _subsystems[row];
        }

        (arguments[0], arguments[1], arguments[2], arguments[3]) = (Epoch, _seen, Life, Bytes(numbers));
        return arguments;
    }

    private RedisValue[] PlainArguments()
    {
        var arguments = new RedisValue[3 + (_subsystems.Length * (Numbers + 1))];
        (arguments[0], arguments[1], arguments[2]) = (Epoch, _seen, Life);
        int at = 3;
        foreach (string subsystem in _subsystems)
        {
            arguments[at++] = subsystem;
            foreach (long number in (ReadOnlySpan<long>)
                [0, 0, DrawingSession.LeasedBytes, 0, 0, _total, (int)Urgency.SafeToFail])
            {
                arguments[at++] = number;
            }
        }

        return arguments;
    }

    private static byte[] Bytes(double[] numbers)
    {
        byte[] bytes = new byte[numbers.Length * sizeof(double)];
        for (int at = 0; at < numbers.Length; at++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at * sizeof(double)), numbers[at]);
        }

        return bytes;
    }
}
