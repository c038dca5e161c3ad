using System.Buffers.Text;
using System.Security.Cryptography;
using CsCheck;
using Headroom.Contracts;
using Headroom.Silo.Http.Leases;
using Headroom.Silo.Storage;
using Xunit;

namespace Headroom.Silo.Tests.Http;

public sealed class LeaseSealTests
{
    private static readonly Gen<string> Name =
        Gen.String[Gen.Char["abcXYZ019._:@-"], 1, ResourceName.MaxLength].Where(ResourceName.IsValid);

    private static readonly Gen<SealedLease> Lease =
        from host in Name
        from container in Name
        from subsystem in Name
        from id in Gen.Long
        from epoch in Gen.Long
        from bytes in Gen.Long
        from ticks in Gen.Long
        from urgency in Gen.Byte
        from loans in
            (from lender in Name
             from epoch in Gen.Long
             from number in Gen.Long
             select new LenderLoan(lender, new LoanId(epoch, number))).Array[0, 2]
        select new SealedLease(host, container, new LeaseClaim
        {
            LeaseId = id,
            Epoch = epoch,
            Subsystem = subsystem,
            Bytes = bytes,
            Urgency = urgency,
            Ttl = TimeSpan.FromTicks(ticks),
            Remote = loans.Length > 0,
        })
        {
            Loans = loans,
        };

    // Computed by another program, from the description of the first version.
    private const string FirstVersion =
        "AYhGj3ub4YtbROgqRvDg_ppdHT1hhVk2AZ-azD4yNefHEM5mLU7bYBVKUfEBpNULsQSJ0W_b4dnzl8D3h8c-Nfarugp6OjrVfiUm2Ak51Udb";

    private readonly LeaseSeal _seal = new(new ClusterKey(RandomNumberGenerator.GetBytes(32)));

    [Fact]
    public void Unseal_WhatWasSealed_IsTheLease() =>
        Lease.Sample(lease => Equal(lease, _seal.Unseal(_seal.Seal(lease))));

    [Fact]
    public void Unseal_IdOfTheFirstVersion_IsTheLease()
    {
        var seal = new LeaseSeal(new ClusterKey(Enumerable.Repeat((byte)7, 32).ToArray()));
        var lease = new SealedLease("host-1", "web", new LeaseClaim
        {
            LeaseId = 77,
            Epoch = 3,
            Subsystem = "journal",
            Bytes = 4096,
            Urgency = 3,
            Ttl = TimeSpan.FromSeconds(30),
        });
        Equal(lease, seal.Unseal(FirstVersion));
        Assert.Equal(FirstVersion, seal.Seal(lease));
    }

    [Fact]
    public void Seal_LongestOfEverything_FitsAndOpens()
    {
        string name = new('n', ResourceName.MaxLength);
        var loan = new LenderLoan(name, new LoanId(long.MaxValue, long.MinValue));
        var lease = new SealedLease(name, name, new LeaseClaim
        {
            LeaseId = long.MaxValue,
            Epoch = long.MaxValue,
            Subsystem = name,
            Bytes = long.MaxValue,
            Urgency = 3,
            Ttl = TimeSpan.MaxValue,
            Remote = true,
        })
        {
            Loans = [loan, loan],
        };
        Equal(lease, _seal.Unseal(_seal.Seal(lease)));
    }

    [Fact]
    public void Seal_SameLeaseTwice_SameIdAndNothingReadable() => Lease.Sample(lease =>
    {
        string id = _seal.Seal(lease);
        Assert.Equal(id, _seal.Seal(lease));
        Assert.NotEqual(id, _seal.Seal(lease with { Claim = lease.Claim with { LeaseId = lease.Claim.LeaseId ^ 1 } }));
        Assert.DoesNotContain(id, c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'));
    });

    [Fact]
    public void Unseal_AnyBitFlipped_IsNoLease() =>
        Gen.Select(Lease, Gen.Int).Sample((lease, seed) =>
        {
            byte[] bytes = Base64Url.DecodeFromChars(_seal.Seal(lease));
            int bit = (seed & int.MaxValue) % (bytes.Length * 8);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(_seal.Unseal(Base64Url.EncodeToString(bytes)));
        });

    [Fact]
    public void Unseal_EveryBitOfOneIdFlipped_IsNoLease()
    {
        SealedLease lease = new("h", "c", new LeaseClaim
        {
            LeaseId = 1,
            Epoch = 2,
            Subsystem = "s",
            Bytes = 3,
            Urgency = 1,
            Ttl = TimeSpan.FromSeconds(10),
        });
        byte[] good = Base64Url.DecodeFromChars(_seal.Seal(lease));
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(_seal.Unseal(Base64Url.EncodeToString(bad)));
        }
    }

    [Fact]
    public void Unseal_AnyOtherSpelling_IsNoLease() =>
        Gen.Select(Lease, Gen.Int, Gen.Char["abcXYZ019-_=+/ \n\u00e9"]).Sample((lease, seed, letter) =>
        {
            string id = _seal.Seal(lease);
            int at = (seed & int.MaxValue) % id.Length;
            string changed = id[..at] + letter + id[(at + 1)..];
            Equal(changed == id ? lease : null, _seal.Unseal(changed));
            Assert.Null(_seal.Unseal(id.Insert(at, letter.ToString())));
            Assert.Null(_seal.Unseal(id[..at]));
        });

    [Fact]
    public void Unseal_OfAnotherCluster_IsNoLease()
    {
        var other = new LeaseSeal(new ClusterKey(RandomNumberGenerator.GetBytes(32)));
        Lease.Sample(lease => Assert.Null(other.Unseal(_seal.Seal(lease))), iter: 20);
    }

    [Fact]
    public void Unseal_Garbage_IsNoLease() => Gen.String.Sample(text => Assert.Null(_seal.Unseal(text)));

    // A record compares its list by reference.
    private static void Equal(SealedLease? expected, SealedLease? found)
    {
        Assert.Equal(expected is null, found is null);
        if (expected is not null && found is not null)
        {
            Assert.Equal(expected.Loans, found.Loans);
            Assert.Equal(expected, found with { Loans = expected.Loans });
        }
    }
}
