using CsCheck;
using Headroom.Remote;
using Xunit;

namespace Headroom.Core.Tests.Remote;

public sealed class LoanBookTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);
    private static readonly LoanKey B1 = new("b", 5, 1);
    private static readonly LoanKey B2 = new("b", 5, 2);
    private static readonly LoanKey C1 = new("c", 9, 1);

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 8)]
    [InlineData(0.5, 9)]
    public void Next_AtAThirdOfTheTtlLessJitter_Renews(double chance, double seconds)
    {
        LoanBook book = Book(chance, B1);

        Assert.Equal(Seconds(seconds), book.WakeAt);
        Assert.Null(book.Next(Seconds(seconds - 0.001)));
        LoanCall call = book.Next(Seconds(seconds))!;

        Assert.Equal(("b", false, Seconds(seconds)), (call.Host, call.IsRelease, call.SentAt));
        Assert.Equal([B1], call.Loans);
    }

    [Fact]
    public void Next_OneLoanIsDue_RenewsAllOfThatLender()
    {
        LoanBook book = Book(0, B2, C1);
        book.Keep(B1, Ttl, Seconds(5), 0);

        Assert.Equal([B2, B1], book.Next(Seconds(10))!.Loans);
        Assert.Equal([C1], book.Next(Seconds(10))!.Loans);
        Assert.Null(book.Next(Seconds(10)));
    }

    [Fact]
    public void Next_WhileACallIsUnderWay_CallsThatLenderNoMore()
    {
        LoanBook book = Book(0, B1);
        LoanCall call = book.Next(Seconds(10))!;

        Assert.Null(book.Next(Seconds(11)));
        Assert.Equal(Seconds(27), book.WakeAt);
        book.Failed(call, Seconds(12), 0);

        Assert.Equal(Seconds(12) + (Ttl / 24), book.WakeAt);
    }

    [Fact]
    public void Next_MoreThanACallCarries_LeavesTheRestForTheNext()
    {
        var book = new LoanBook();
        for (int i = 0; i <= LoanBook.MaxLoansPerCall; i++)
        {
            book.Keep(new LoanKey("b", 5, i), Ttl, Seconds(i / 1_000.0), 0);
        }

        LoanCall first = book.Next(Seconds(20))!;
        book.Renewed(first, [], 0);
        LoanCall second = book.Next(Seconds(20))!;

        Assert.Equal(LoanBook.MaxLoansPerCall, first.Loans.Count);
        Assert.Contains(new LoanKey("b", 5, LoanBook.MaxLoansPerCall), second.Loans);
    }

    [Fact]
    public void Renewed_CountsFromWhenItWasSent()
    {
        LoanBook book = Book(0, B1);
        LoanCall call = book.Next(Seconds(10))!;

        Assert.Empty(book.Renewed(call, [], 0));

        Assert.Equal(Seconds(20), book.WakeAt);
        Assert.Empty(book.Lapse(Seconds(36.9)));
        Assert.Equal([B1], book.Lapse(Seconds(37)));
    }

    [Fact]
    public void Renewed_Gone_IsLostOnce()
    {
        LoanBook book = Book(0, B1, B2);
        LoanCall call = book.Next(Seconds(10))!;
        book.Release(B2, Seconds(10));

        Assert.Equal([B1], book.Renewed(call, [B1, B2], 0));

        Assert.Equal(0, book.Count);
        Assert.Empty(book.Renewed(call, [B1, B2], 0));
    }

    [Fact]
    public void Lapse_HolderEndsBeforeTheLender_AndGivesBackAllTheSame()
    {
        LoanBook book = Book(0, B1);
        LoanCall call = book.Next(Seconds(10))!;
        book.Failed(call, Seconds(12), 0);

        Assert.Empty(book.Lapse(Seconds(26.9)));
        Assert.Equal([B1], book.Lapse(Seconds(27)));
        Assert.Empty(book.Lapse(Seconds(27)));
        LoanCall release = book.Next(Seconds(27))!;

        Assert.True(release.IsRelease);
        Assert.Equal([B1], release.Loans);
        book.Released(release);
        Assert.Equal(0, book.Count);
        Assert.Null(book.WakeAt);
    }

    [Fact]
    public void Release_Unanswered_IsTriedUntilTheLendersOwnTimeIsOver()
    {
        LoanBook book = Book(0, B1);
        LoanCall renewal = book.Next(Seconds(10))!;
        book.Release(B1, Seconds(11));
        book.Release(B1, Seconds(11));
        book.Failed(renewal, Seconds(12), 0);
        int tries = 0;
        for (TimeSpan now = Seconds(11); book.Count > 0; now = book.WakeAt ?? now)
        {
            Assert.Empty(book.Lapse(now));
            if (book.Next(now) is { } call)
            {
                Assert.True(call.IsRelease);
                book.Failed(call, now, 1);
                tries++;
            }

            Assert.True(now <= Seconds(43), $"still tried at {now}");
        }

        // Each twelfth of the TTL, from 11 s to 43 s: when the renewal of 10 s has ended with its margin.
        Assert.InRange(tries, 12, 14);
    }

    // Against lenders that lose messages and answers: what its holder takes for alive is alive at the lender, and what
    // is off the book is so there, or was given back.
    [Fact]
    public void Book_WhateverIsLost_NeverOutlivesTheLender() => Gen.Select(
        Gen.Int[0, 3].Array[60], Gen.Double[0, 1].Array[60], Gen.Int[0, 59]).Sample((fates, chances, releasedAt) =>
    {
        var book = new LoanBook();
        book.Keep(B1, Ttl, TimeSpan.Zero, chances[0]);
        TimeSpan lenderEnds = Ttl;
        bool held = true;
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < fates.Length && book.WakeAt is { } wake; i++)
        {
            now = wake > now ? wake : now;
            held &= book.Lapse(now).Count == 0;
            Assert.True(!held || lenderEnds > now, $"held at {now}, gone at {lenderEnds}");
            if (i == releasedAt)
            {
                book.Release(B1, now);
                held = false;
            }

            if (book.Next(now) is not { } call)
            {
                continue;
            }

            // 0: lost on its way. 1: heard, the answer lost. 2 and 3: answered, quickly or late.
            TimeSpan heard = now + (chances[i] * Seconds(2));
            now += Seconds(fates[i] == 2 ? 0 : 2);
            heard = heard < now ? heard : now;
            if (fates[i] > 0)
            {
                lenderEnds = call.IsRelease ? TimeSpan.Zero : heard + Ttl;
            }

            if (fates[i] < 2)
            {
                book.Failed(call, now, chances[i]);
            }
            else if (call.IsRelease)
            {
                book.Released(call);
            }
            else
            {
                Assert.Empty(book.Renewed(call, [], chances[i]));
            }
        }

        Assert.True(book.Count > 0 || lenderEnds <= now, $"forgotten at {now}, held there until {lenderEnds}");
    });

    private static LoanBook Book(double chance, params LoanKey[] loans)
    {
        var book = new LoanBook();
        Array.ForEach(loans, loan => book.Keep(loan, Ttl, TimeSpan.Zero, chance));
        return book;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
