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
    private readonly Channel<Guid> _closed = Channel.CreateUnbounded<Guid>();
    private readonly Channel<ExchangeCommand> _exchanged = Channel.CreateUnbounded<ExchangeCommand>();

    public ILenders Lenders { get; } = new LendersDouble();

    public Action<Guid>? Nudged { get; set; }

    public Func<Guid, SessionPicture?>? Looked { get; set; }

    public string Name => "container orders on host node-1";

    internal ReferenceAuthority Books { get; } = new(1 << 20);

    internal volatile Behaviour Mode;

    /// <summary>Answers to requests, before those of the books.</summary>
    internal Queue<LeaseDecision> Script { get; } = [];

    /// <summary>Loans of those answers; none left is none.</summary>
    internal Queue<Contracts.Loan> Loans { get; } = [];

    internal ChannelReader<LeaseAsk> Asked => _asked.Reader;

    internal ChannelReader<ExchangeCommand> Exchanges => _exchanged.Reader;

    internal ChannelReader<Guid> Closed => _closed.Reader;

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
        => await AnswerAsync(() => Books.Open(command, Now), cancellationToken);

    public async ValueTask<OrderAnswer> ExchangeAsync(ExchangeCommand command, CancellationToken cancellationToken)
    {
        OrderAnswer answer = await AnswerAsync(() => Books.Exchange(command, Now), cancellationToken);
        answer = answer with { ReclaimWithin = TimeSpan.FromSeconds(2) };
        _exchanged.Writer.TryWrite(command);
        return answer;
    }

    public async ValueTask CloseAsync(Guid session, CancellationToken cancellationToken)
    {
        await AnswerAsync(() => _closed.Writer.TryWrite(session), cancellationToken);
    }

    public async ValueTask<LeaseReply> AcquireAsync(
        LeaseAsk ask, TimeSpan? wait, bool more, int replicas, CancellationToken cancellationToken)
    {
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
