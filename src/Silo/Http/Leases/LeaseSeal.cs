using System.Buffers.Text;
using System.Security.Cryptography;
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
/// nonce means the same text, and the same text means the same version.</para>
/// </remarks>
internal sealed class LeaseSeal
{
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeaderSize = 1 + NonceSize + TagSize;

    private static readonly int MaxLength = Base64Url.GetEncodedLength(HeaderSize + LeaseText.MaxSize);

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
        Span<byte> text = stackalloc byte[LeaseText.MaxSize];
        text = text[..LeaseText.Write(lease, text)];
        Span<byte> id = stackalloc byte[HeaderSize + text.Length];
        id[0] = LeaseText.VersionOf(lease);
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

        Span<byte> bytes = stackalloc byte[HeaderSize + LeaseText.MaxSize];
        if (!Base64Url.TryDecodeFromChars(id, bytes, out int written)
            || written < HeaderSize + LeaseText.FixedSize
            || bytes[0] is not (LeaseText.AtHome or LeaseText.Lent))
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

        return LeaseText.Read(bytes[0], text);
    }

    private static byte[] Derive(ClusterKey key, ReadOnlySpan<byte> purpose)
    {
        byte[] derived = new byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes.Span, derived, salt: [], purpose);
        return derived;
    }
}
