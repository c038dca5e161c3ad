using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Headroom.Contracts;
using Headroom.Silo.Storage;

namespace Headroom.Silo.Http.Leases;

/// <summary>
/// Makes ids of leases that say all there is to know of the lease to whoever has the cluster's key, and nothing to
/// anybody else. So no table of ids is needed, and renewing a lease after a restart is its report.
/// </summary>
/// <remarks>
/// <para>An id is base64url of version (1 byte), nonce (12), tag (16) and ciphertext: AES-256-GCM with the version as
/// associated data, under a key derived from the cluster's by HKDF.</para>
/// <para>The nonce is derived from the text (HMAC under a key of its own), for two reasons: a repeated request gets
/// the very same id again; and no counter or source of randomness has to be trusted never to repeat, since the same
/// nonce means the same text.</para>
/// </remarks>
internal sealed class LeaseSeal
{
    private const byte Version = 1;
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeaderSize = 1 + NonceSize + TagSize;

    // Four numbers, the urgency, and the lengths of three names.
    private const int FixedSize = (4 * sizeof(long)) + 1 + 3;
    private const int MaxTextSize = FixedSize + (3 * ResourceName.MaxLength);
    private static readonly int MaxLength = Base64Url.GetEncodedLength(HeaderSize + MaxTextSize);

    private readonly byte[] _sealKey;
    private readonly byte[] _nonceKey;

    public LeaseSeal(ClusterKey key)
    {
        _sealKey = Derive(key, "headroom lease id: seal"u8);
        _nonceKey = Derive(key, "headroom lease id: nonce"u8);
    }

    /// <summary>Makes the id of a lease; the same lease always has the same id.</summary>
    public string Seal(SealedLease lease)
    {
        Span<byte> text = stackalloc byte[MaxTextSize];
        text = text[..Write(lease, text)];
        Span<byte> id = stackalloc byte[HeaderSize + text.Length];
        id[0] = Version;
        Span<byte> nonce = id.Slice(1, NonceSize);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_nonceKey, text, mac);
        mac[..NonceSize].CopyTo(nonce);

        // One instance per call: it is not safe for two threads at once, and making one costs about a microsecond.
        using var cipher = new AesGcm(_sealKey, TagSize);
        cipher.Encrypt(nonce, text, id[HeaderSize..], id.Slice(1 + NonceSize, TagSize), id[..1]);
        return Base64Url.EncodeToString(id);
    }

    /// <summary>Reads an id; null for whatever was not made by <see cref="Seal"/> with this key.</summary>
    public SealedLease? Unseal(string id)
    {
        if (id.Length > MaxLength || !Base64Url.IsValid(id))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[HeaderSize + MaxTextSize];
        if (!Base64Url.TryDecodeFromChars(id, bytes, out int written)
            || written < HeaderSize + FixedSize
            || bytes[0] != Version)
        {
            return null;
        }

        bytes = bytes[..written];

        // Decoding takes several spellings of the same bytes, white space and unused bits; an id has one.
        if (!string.Equals(Base64Url.EncodeToString(bytes), id, StringComparison.Ordinal))
        {
            return null;
        }

        Span<byte> text = stackalloc byte[written - HeaderSize];
        try
        {
            using var cipher = new AesGcm(_sealKey, TagSize);
            cipher.Decrypt(
                bytes.Slice(1, NonceSize), bytes[HeaderSize..], bytes.Slice(1 + NonceSize, TagSize), text, bytes[..1]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return Read(text);
    }

    private static byte[] Derive(ClusterKey key, ReadOnlySpan<byte> purpose)
    {
        byte[] derived = new byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes.Span, derived, salt: [], purpose);
        return derived;
    }

    private static int Write(SealedLease lease, Span<byte> text)
    {
        LeaseClaim claim = lease.Claim;
        BinaryPrimitives.WriteInt64LittleEndian(text, claim.LeaseId);
        BinaryPrimitives.WriteInt64LittleEndian(text[8..], claim.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(text[16..], claim.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(text[24..], claim.Ttl.Ticks);
        text[32] = claim.Urgency;
        int at = 33;
        foreach (string name in (ReadOnlySpan<string>)[lease.Host, lease.Container, claim.Subsystem])
        {
            // Valid names are ASCII of at most 253 characters: the length fits into its byte.
            text[at] = checked((byte)name.Length);
            at += 1 + Encoding.ASCII.GetBytes(name, text[(at + 1)..]);
        }

        return at;
    }

    private static SealedLease Read(ReadOnlySpan<byte> text)
    {
        int at = 33;
        string host = Name(text, ref at);
        string container = Name(text, ref at);
        string subsystem = Name(text, ref at);
        return new SealedLease(host, container, new LeaseClaim
        {
            LeaseId = BinaryPrimitives.ReadInt64LittleEndian(text),
            Epoch = BinaryPrimitives.ReadInt64LittleEndian(text[8..]),
            Bytes = BinaryPrimitives.ReadInt64LittleEndian(text[16..]),
            Ttl = TimeSpan.FromTicks(BinaryPrimitives.ReadInt64LittleEndian(text[24..])),
            Urgency = text[32],
            Subsystem = subsystem,
        });
    }

    private static string Name(ReadOnlySpan<byte> text, ref int at)
    {
        ReadOnlySpan<byte> name = text.Slice(at + 1, text[at]);
        at += 1 + name.Length;
        return Encoding.ASCII.GetString(name);
    }
}
