using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Headroom.Contracts;

namespace Headroom.Silo.Http;

/// <summary>
/// Makes the ids of leases without a session: opaque, sealed with the cluster's key, and saying what they stand for, so that
/// any silo can serve them and renewing one after a restart is its report.
/// </summary>
internal sealed class LeaseSeal : IDisposable
{
    /// <summary>The longest id: three names of 253 characters and the numbers, in base64.</summary>
    public const int MaxLength = 1_200;

    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int NumberBytes = (4 * sizeof(long)) + 1;

    private readonly AesGcm _cipher;

    public LeaseSeal(ReadOnlySpan<byte> clusterKey)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, clusterKey, key, [], "headroom lease id v1"u8);
        _cipher = new AesGcm(key, TagBytes);
    }

    /// <summary>Seals a lease's place and claim.</summary>
    public string Seal(string host, string container, LeaseClaim claim)
    {
        byte[] names = Encoding.ASCII.GetBytes($"{host}/{container}/{claim.Subsystem}");
        byte[] plain = new byte[NumberBytes + names.Length];
        BinaryPrimitives.WriteInt64LittleEndian(plain, claim.LeaseId);
        BinaryPrimitives.WriteInt64LittleEndian(plain.AsSpan(8), claim.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(plain.AsSpan(16), claim.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(plain.AsSpan(24), claim.Ttl.Ticks);
        plain[32] = claim.Urgency;
        names.CopyTo(plain, NumberBytes);

        byte[] sealedId = new byte[1 + NonceBytes + TagBytes + plain.Length];
        sealedId[0] = Version;
        Span<byte> nonce = sealedId.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        _cipher.Encrypt(
            nonce,
            plain,
            sealedId.AsSpan(1 + NonceBytes + TagBytes),
            sealedId.AsSpan(1 + NonceBytes, TagBytes),
            sealedId.AsSpan(0, 1));
        return Base64Url.EncodeToString(sealedId);
    }

    /// <summary>Opens an id; null when it is not one that this cluster made.</summary>
    public (string Host, string Container, LeaseClaim Claim)? Open(string leaseId)
    {
        if (leaseId.Length > MaxLength || !Base64Url.IsValid(leaseId))
        {
            return null;
        }

        byte[] sealedId = Base64Url.DecodeFromChars(leaseId);
        int length = sealedId.Length - 1 - NonceBytes - TagBytes;

        // Only the one spelling that was given out: spare bits of the last character must not make a second id.
        if (length < NumberBytes || sealedId[0] != Version || Base64Url.EncodeToString(sealedId) != leaseId)
        {
            return null;
        }

        byte[] plain = new byte[length];
        try
        {
            _cipher.Decrypt(
                sealedId.AsSpan(1, NonceBytes),
                sealedId.AsSpan(1 + NonceBytes + TagBytes),
                sealedId.AsSpan(1 + NonceBytes, TagBytes),
                plain,
                sealedId.AsSpan(0, 1));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        string[] names = Encoding.ASCII.GetString(plain.AsSpan(NumberBytes)).Split('/');
        return (names[0], names[1], new LeaseClaim
        {
            LeaseId = BinaryPrimitives.ReadInt64LittleEndian(plain),
            Epoch = BinaryPrimitives.ReadInt64LittleEndian(plain.AsSpan(8)),
            Bytes = BinaryPrimitives.ReadInt64LittleEndian(plain.AsSpan(16)),
            Ttl = TimeSpan.FromTicks(BinaryPrimitives.ReadInt64LittleEndian(plain.AsSpan(24))),
            Urgency = plain[32],
            Subsystem = names[2],
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();
}
