using Xunit;

namespace Headroom.Core.Tests.Ledger;

public sealed class RequestLogTests
{
    [Fact]
    public void Expire_EntryOfAnEarlierLeaseWithTheSameId_KeepsTheLaterAnswer()
    {
        var log = new RequestLog();
        LeaseCommand command = Given.Lease(1, 10);
        log.Add(command, Granted(7));
        log.End(command.RequestId, 7, settled: 0, Given.At(30));
        log.Forget(command.RequestId);
        log.Add(command, Granted(8));

        log.Expire(Given.At(31));

        Assert.True(log.TryFind(command.RequestId, out _, out LeaseDecision answer));
        Assert.Equal(8, answer.LeaseId);
    }

    [Fact]
    public void Expire_AtItsTime_ForgetsAnswersAndWhatWasGivenUp()
    {
        var log = new RequestLog();
        log.Add(Given.Lease(1, 10), Granted(7));
        log.End(Given.Id(1), 7, settled: 0, Given.At(30));
        log.GiveUp(Given.Id(9), Given.Id(2), Given.At(30));

        log.Expire(Given.At(29));
        Assert.Equal(2, log.Count);
        Assert.True(log.WasGivenUp(Given.Id(9), Given.Id(2)));
        Assert.False(log.WasGivenUp(Given.Id(8), Given.Id(2)));

        log.Expire(Given.At(30));
        Assert.Equal(0, log.Count);
    }

    [Fact]
    public void GiveUp_MoreThanAreRemembered_ForgetsTheOldest()
    {
        var log = new RequestLog();
        for (int i = 0; i <= RequestLog.MaxGivenUp; i++)
        {
            log.GiveUp(Guid.Empty, Given.Id(i), Given.At(30));
        }

        Assert.Equal(RequestLog.MaxGivenUp, log.Count);
        Assert.False(log.WasGivenUp(Guid.Empty, Given.Id(0)));
        Assert.True(log.WasGivenUp(Guid.Empty, Given.Id(1)));
    }

    private static LeaseDecision Granted(long id) => new() { Outcome = Outcome.Granted, LeaseId = id };
}
