using Headroom.Contracts;
using Headroom.Remote;
using Headroom.Simulation.Tests.Cluster;

namespace Headroom.Simulation.Tests.Clients;

/// <content>Loans: a real <see cref="LoanBook"/>, and the calls that it asks for.</content>
internal sealed partial class SimClient
{
    private static readonly TimeSpan LoanCallLimit = TimeSpan.FromSeconds(2);

    private readonly LoanBook _book = new();
    private readonly Dictionary<LoanKey, Held> _borrowed = [];
    private long _loanAlarm;

    /// <summary>Loans that are on its book.</summary>
    internal int Loans => _book.Count;

    private static LoanKey Key(LoanPart part) => new(part.Host, part.Loan.Epoch, part.Loan.Number);

    // The memory is opened before the lease is accepted; what cannot be opened is given back.
    private void Borrow(SimRequest request, LeaseAsk ask, LeaseReply reply, Loan loan, TimeSpan asked)
    {
        int turn = request.Turn;
        TimeSpan takes = _chance.Between(TimeSpan.FromMicroseconds(100), TimeSpan.FromMilliseconds(10));
        _world.Simulator.After(Process.True(takes), () => Process.Post(() =>
        {
            Keep(loan, asked);
            LeaseSlot? slot = null;
            long token = 0;
            if (!request.IsOver && turn == request.Turn)
            {
                if (loan.Parts.All(IsThere))
                {
                    slot = Core.Accept(
                        ask, reply.Decision.LeaseId, reply.Epoch, new LoanSign(), Now, out token);
                }
                else
                {
                    Core.Abandon(ask);
                }

                request.Ask = null;
            }

            if (slot is null)
            {
                Return(loan);
                Again(request, turn, null);
                return;
            }

            Finish(request);
            var held = new Held(slot, token, request.Bytes, Urgency.MustSucceed, request.Credit)
            {
                Account = request.Credit.Account,
                Loan = loan,
            };
            foreach (LoanPart part in loan.Parts)
            {
                _borrowed[Key(part)] = held;
            }

            Hold(held);
        }));
    }

    private bool IsThere(LoanPart part) => _world.Cluster.SiloOf(part.Host) is { } silo
        && silo.Memory.Epoch == part.Loan.Epoch && silo.Memory.Has(part.Loan.Number);

    private void Keep(Loan loan, TimeSpan asked)
    {
        foreach (LoanPart part in loan.Parts)
        {
            _book.Keep(Key(part), loan.Ttl, asked, _chance.Unit());
        }

        KeepLoans();
    }

    private void Return(Loan loan)
    {
        foreach (LoanPart part in loan.Parts)
        {
            _borrowed.Remove(Key(part));
            _book.Release(Key(part), Now);
        }

        KeepLoans();
    }

    private void KeepLoans()
    {
        Lose(_book.Lapse(Now));
        while (_book.Next(Now) is { } call)
        {
            Send(call);
        }

        long alarm = ++_loanAlarm;
        if (_book.WakeAt is { } at)
        {
            TimeSpan left = at > Now ? at - Now : TimeSpan.Zero;
            _world.Simulator.After(Process.True(left), () => Process.Post(() =>
            {
                if (alarm == _loanAlarm)
                {
                    KeepLoans();
                }
            }));
        }
    }

    private void Send(LoanCall call)
    {
        LoanId[] loans = [.. call.Loans.Select(key => new LoanId(key.Epoch, key.Number))];
        Call<IReserveGrain, RenewLoansAnswer?>(
            new GrainKey(GrainKind.Reserve, call.Host),
            async grain =>
            {
                if (!call.IsRelease)
                {
                    return await grain.RenewAsync(loans, default);
                }

                await grain.ReleaseAsync(loans, default);
                return null;
            },
            LoanCallLimit,
            answer =>
            {
                if (answer is null)
                {
                    _book.Released(call);
                }
                else
                {
                    HashSet<LoanKey> gone =
                        [.. answer.Gone.Select(loan => new LoanKey(call.Host, loan.Epoch, loan.Number))];
                    Lose(_book.Renewed(call, gone, _chance.Unit()));
                }

                KeepLoans();
            },
            _ =>
            {
                _book.Failed(call, Now, _chance.Unit());
                KeepLoans();
            });
    }

    // Its memory is gone, or may be: what was leased in it ends.
    private void Lose(IReadOnlyList<LoanKey> lost)
    {
        foreach (LoanKey key in lost)
        {
            if (_borrowed.Remove(key, out Held? held))
            {
                End(held);
            }
        }
    }

    private sealed class LoanSign : ILeaseOrigin
    {
        public void Ended(long bytes)
        {
        }
    }
}
