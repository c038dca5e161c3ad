using System.Threading.Channels;
using Headroom.Client.Tests.Remote;
using Headroom.Core.Tests.Session;
using Headroom.Remote;

namespace Headroom.Client.Tests;

/// <summary>
/// An authority without a network: its books are the reference's, and the test says what becomes of calls.
/// </summary>
internal sealed class FakeAuthority(TimeProvider time) : IAuthority
{
    internal enum Behaviour
    {
        Answer,

        /// <summary>The call never arrives.</summary>
        LoseCall,

        /// <summary>The call happens, but nobody hears of it.</summary>
        LoseAnswer,
    }

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly Channel<LeaseAsk> _asked = Channel.CreateUnbounded<LeaseAsk>();
    private readonly Channel<AttemptBatch> _batches = Channel.CreateUnbounded<AttemptBatch>();
    private readonly Channel<Guid> _closed = Channel.CreateUnbounded<Guid>();
    private readonly Channel<ExchangeCommand> _exchanged = Channel.CreateUnbounded<ExchangeCommand>();

    public ILenders Lenders { get; } = new LendersDouble();

    public Action<Guid>? Nudged { get; set; }

    public Func<Guid, SessionPicture?>? Looked { get; set; }

    public string Name => "container orders on host node-1";

    internal ReferenceAuthority Books { get; } = new(1 << 20);

    internal Behaviour Mode { get; set; }

    /// <summary>Whether answers ask the client to collect its garbage.</summary>
    internal bool Collect { get; set; }

    /// <summary>The container's hard limit in answers; 0 for none.</summary>
    internal long HardLimitBytes { get; set; }

    /// <summary>Answers to requests, before those of the books.</summary>
    internal Queue<LeaseDecision> Script { get; } = [];

    /// <summary>Loans of those answers; none left is none.</summary>
    internal Queue<Contracts.Loan> Loans { get; } = [];

    /// <summary>Called with each opening, where the session calls.</summary>
    internal Action? Opening { get; set; }

    /// <summary>How long the last careful request may wait, and whether it will come again.</summary>
    internal (TimeSpan? Wait, bool More) LastWait { get; private set; }

    internal ChannelReader<LeaseAsk> Asked => _asked.Reader;

    /// <summary>Whether first attempts are decided by the books, too.</summary>
    internal bool AnswersAtOnce { get; set; }

    /// <summary>When set, first attempts are not answered before it is completed.</summary>
    internal TaskCompletionSource? BatchGate { get; set; }

    internal ChannelReader<AttemptBatch> Batches => _batches.Reader;

    internal ChannelReader<ExchangeCommand> Exchanges => _exchanged.Reader;

    internal ChannelReader<Guid> Closed => _closed.Reader;

    /// <summary>Answers to exchanges are on their way until this is over.</summary>
    internal Task ExchangesArrive { get; set; } = Task.CompletedTask;

    internal bool IsDisposed { get; private set; }

    internal TimeSpan Now => time.GetElapsedTime(_start);

    internal long ChargedBytes
    {
        get
        {
            lock (_lock)
            {
                return Books.ChargedBytes;
            }
        }
    }

    public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask<OpenAnswer> OpenAsync(OpenCommand command, CancellationToken cancellationToken)
    {
        Opening?.Invoke();
        return await AnswerAsync(() => Books.Open(command, Now), cancellationToken);
    }

    public async ValueTask<OrderAnswer> ExchangeAsync(ExchangeCommand command, CancellationToken cancellationToken)
    {
        OrderAnswer answer = await AnswerAsync(() => Books.Exchange(command, Now), cancellationToken);
        answer = answer with
        {
            ReclaimWithin = TimeSpan.FromSeconds(2),
            Collect = Collect,
            HardLimitBytes = HardLimitBytes == 0 ? null : HardLimitBytes,
        };
        _exchanged.Writer.TryWrite(command);
        await ExchangesArrive.WaitAsync(cancellationToken);
        return answer;
    }

    public async ValueTask CloseAsync(Guid session, CancellationToken cancellationToken)
    {
        await AnswerAsync(() => _closed.Writer.TryWrite(session), cancellationToken);
    }

    // Unless they are answered at once, all are to be asked carefully: that is where most tests look.
    public async ValueTask<IReadOnlyList<LeaseReply>> TryAcquireAsync(
        AttemptBatch batch, CancellationToken cancellationToken)
    {
        if (!AnswersAtOnce)
        {
            return [.. batch.Asks.Select(_ => new LeaseReply(
                new LeaseDecision { Outcome = Outcome.Waiting }, Books.Epoch))];
        }

        _batches.Writer.TryWrite(batch);
        await (BatchGate?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(false);
        return await AnswerAsync(() => batch.Asks.Select(Decide).ToArray(), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<LeaseReply> AcquireAsync(
        LeaseAsk ask, TimeSpan? wait, bool more, int replicas, CancellationToken cancellationToken)
    {
        LastWait = (wait, more);
        _asked.Writer.TryWrite(ask);
        return await AnswerAsync(() => Decide(ask), cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>Changes what the books say, and tells the session so.</summary>
    internal void Tell(Action<ReferenceAuthority> change, Guid session)
    {
        lock (_lock)
        {
            change(Books);
        }

        Nudged?.Invoke(session);
    }

    internal void Restart()
    {
        lock (_lock)
        {
            Books.Restart(Now);
        }
    }

    private LeaseReply Decide(LeaseAsk ask)
    {
        if (Script.TryDequeue(out LeaseDecision? decision))
        {
            return new LeaseReply(decision, Books.Epoch, Loans.TryDequeue(out Contracts.Loan? loan) ? loan : null);
        }

        ReferenceAuthority.LeaseReply reply = Books.Request(ask, Now);
        return new LeaseReply(
            new LeaseDecision { Outcome = reply.Outcome, LeaseId = reply.LeaseId, Bytes = ask.Command.Bytes },
            reply.Epoch);
    }

    private async Task<T> AnswerAsync<T>(Func<T> handle, CancellationToken cancellationToken)
    {
        Behaviour mode = Mode;
        T? answer = default;
        if (mode != Behaviour.LoseCall)
        {
            lock (_lock)
            {
                answer = handle();
            }
        }

        if (mode != Behaviour.Answer)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        return answer!;
    }
}
