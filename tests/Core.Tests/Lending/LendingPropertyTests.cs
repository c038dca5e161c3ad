using CsCheck;
using Headroom.Core.Tests.Ledger;
using Xunit;

namespace Headroom.Core.Tests.Lending;

/// <summary>
/// A reserve and its host over messages that get lost, come twice and come late, with restarts of both: real bytes are
/// never more than the host has booked, and all comes back.
/// </summary>
public sealed class LendingPropertyTests
{
    private const long Mebibyte = 1L << 20;
    private const long Capacity = 1024 * Mebibyte;

    private static readonly HostDefaults Defaults = new(Capacity, 512 * Mebibyte, 256 * Mebibyte, null);

    private static readonly Gen<(int What, long Mebibytes, int How)[]> Steps =
        Gen.Select(Gen.Int[0, 13], Gen.Long[0, 300], Gen.Int[0, 1 << 16]).Array[1, 120];

    [Fact]
    public void Anything_LostRepeatedLateRestarted_RealBytesAreBookedAndComeBack() => Steps.Sample(
        steps =>
        {
            var world = new World();
            foreach ((int what, long mebibytes, int how) in steps)
            {
                world.Step(what, mebibytes * Mebibyte, how);
                world.Check();
            }

            world.End();
        },
        iter: Effort.Cases(4000));

    private sealed class World
    {
        private readonly Dictionary<long, long> _memory = [];
        private readonly List<(long Number, long Bytes)> _making = [];
        private readonly List<LentMark> _sent = [];
        private readonly List<LendCommand> _asked = [];
        private HostLedger _host = new(HostTable.Empty, FloorPolicy.None, Defaults);
        private HostTable _saved = HostTable.Empty;
        private ReserveLedger _reserve = new(1);
        private TimeSpan _now;

        private long Used => _memory.Values.Sum();

        public void Step(int what, long bytes, int how)
        {
            _now += TimeSpan.FromMilliseconds(how % 2000);
            switch (what)
            {
                case 0 or 1:
                    var ask = new LendCommand(
                        Guid.NewGuid(), Math.Max(1, bytes), TimeSpan.FromSeconds(1 + (how % 20)), "b/c/s");
                    _asked.Add(ask);
                    _reserve.Lend(ask, _now);
                    break;
                case 2 when _asked.Count > 0:
                    _reserve.Lend(_asked[how % _asked.Count], _now);
                    break;
                case 3 when _asked.Count > 0:
                    _reserve.Cancel(_asked[how % _asked.Count].RequestId, _now);
                    break;
                case 4:
                    _reserve.Release([how % 20], _now);
                    break;
                case 5:
                    _reserve.Renew([how % 20, how % 7], _now);
                    break;
                case 6 when _making.Count > 0:
                    Make(how);
                    break;
                case 7 or 8 or 9:
                    Exchange(how);
                    break;
                case 10 when _sent.Count > 0:
                    Hear(_sent[how % _sent.Count]);
                    break;
                case 11 when how % 8 == 0:
                    Restart();
                    break;
                case 12:
                    _host = new HostLedger(_saved, FloorPolicy.None, Defaults);
                    break;
                case 13:
                    Overdraw(bytes, how);
                    break;
                default:
                    _reserve.Expire(_now);
                    break;
            }

            Free();
        }

        public void Check()
        {
            Assert.Empty(_host.Audit());
            Assert.True(Used + _making.Sum(loan => loan.Bytes) <= _host.LentBytes, "real bytes exceed the mark");
            Assert.InRange(_host.LentBytes, 0, 256 * Mebibyte);
            Assert.InRange(_reserve.FreePledgeBytes, 0, 256 * Mebibyte);
        }

        public void End()
        {
            while (_making.Count > 0)
            {
                Make(1);
            }

            _now += ReserveLedger.MaxTtl;
            _reserve.Expire(_now);
            Free();
            Exchange(3);
            Exchange(3);
            while (_making.Count > 0)
            {
                Make(1);
            }

            _now += ReserveLedger.MaxTtl;
            _reserve.Expire(_now);
            Free();
            Exchange(3);
            Assert.Equal((0, 0, 0), (_reserve.BookedBytes, Used, _host.LentBytes));
        }

        private void Exchange(int how)
        {
            LentMark mark = _reserve.TakeMark(Used);
            _sent.Add(mark);
            if (how % 4 == 0)
            {
                _reserve.MarkFailed();
                return;
            }

            LentMarkAnswer answer = Hear(mark);
            if (how % 4 == 1)
            {
                _reserve.MarkFailed();
                return;
            }

            _reserve.Marked(answer, _now);
            _making.AddRange(_reserve.TakeMarked());
        }

        // What is told is durable first; a lower mark may be written late.
        private LentMarkAnswer Hear(LentMark mark)
        {
            LentMarkAnswer answer = _host.Lend(mark, _now);
            if (_host.Changed)
            {
                _saved = _host.Save();
            }

            return answer;
        }

        private void Make(int how)
        {
            (long number, long bytes) = _making[how % _making.Count];
            _making.RemoveAt(how % _making.Count);
            bool isThere = how % 5 != 0;
            if (isThere)
            {
                _memory.Add(number, bytes);
            }

            _reserve.Allocated(number, isThere, _now);
        }

        private void Free()
        {
            foreach (long number in _reserve.TakeFreed())
            {
                _memory.Remove(number);
            }
        }

        private void Restart()
        {
            _memory.Clear();
            _making.Clear();
            _asked.Clear();
            _reserve = new ReserveLedger(_reserve.Epoch + 1);
        }

        private void Overdraw(long bytes, int how)
        {
            ContainerRow orders = _host.Row("orders") ?? _host.Join("orders")!;
            _host.Allot(
                Given.Want(orders, orders.AllottedBytes, 0) with
                {
                    KeepOverdraftBytes = how % 2 == 0 ? 0 : orders.OverdraftBytes,
                    OverdraftBytes = bytes,
                },
                _now);
            _saved = _host.Changed ? _host.Save() : _saved;
        }
    }
}
