#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: small inputs that reach each branch of a parser once.

Findings are added by hand as finding-N.seed and are left alone.
Usage: make_corpus.py CORPUS_FOLDER   (needs ImageMagick's convert and libtiff's tiffcp)
"""
import base64
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

UUID = '0190a000-0000-7000-8000-000000000001'


def frame(body):
    return struct.pack('<I', len(body)) + body


def page_text():
    glyph = {'t': '月', 'b': [1, 2, 3, 4], 'c': 0.5, 'a': ['日', '目']}
    line = {'id': UUID, 'kind': 'note_left', 'box': [1, 2, 30, 400], 'text': '月', 'confidence': 0.9,
            'glyphs': [glyph]}
    return {'width_px': 100, 'height_px': 200, 'producer': 'person:anna', 'lines': [line]}


def varint(value):
    out = b''
    while value >= 0x80:
        out += bytes([value & 0x7f | 0x80])
        value >>= 7
    return out + bytes([value])


def zigzag(value):
    return varint(value * 2 if value >= 0 else -value * 2 - 1)


def packed_text(flags=0x71):
    """Written after docs/formats/text-body.md, not after the program."""
    def string(text):
        return varint(len(text.encode())) + text.encode()

    def box(*difference):
        return b''.join(zigzag(d) for d in difference)

    line = bytes.fromhex(UUID.replace('-', '')) + bytes([flags]) + box(100, 20, 30, 400) + string('月a') + varint(9001)
    glyphs = [box(1, 0, -2, 3) + varint(5001), box(0, 4, 0, 0) + varint(10002) + struct.pack('<d', 7.25)]
    names, others = [string('月'), string('ab')], [varint(2) + string('日') + string('目'), varint(0)]
    for i in (0, 1) if flags & 0x10 else ():
        line += (varint(2) if flags & 0x20 and i == 0 else b'') + (names[i] if flags & 0x20 else b'')
        line += glyphs[i] + (others[i] if flags & 0x40 else b'')
    regions = varint(1) + b'\4' + box(1, 2, 3, 4)
    return b'\1' + zigzag(100) + zigzag(200) + string('person:anna') + varint(1) + line + regions


def quality():
    measure = {'name': 'skew', 'value': 0.2, 'unit': 'deg', 'warn_at': 0.5, 'fail_at': 1,
               'verdict': 'pass', 'source': 'profile', 'source_verified': True}
    return {'profile': 'p/1', 'measures': [measure]}


def device():
    return {'backend': 'sane', 'address': 'test:0', 'kind': 'scanner', 'make': 'Noname', 'model': 'x',
            'serial': '1', 'name': 'iso', 'label': 'ISO', 'value': '100', 'choices': ['100', '200'],
            'writable': True,
            'frames': [{'role': 'raw', 'file': '/spool/a.nef', 'name': 'a.nef', 'size_bytes': 12, 'dpi': 300.5}]}


PAGE = 'http://schema.primaresearch.org/PAGE/gts/pagecontent/'
ALTO = 'http://www.loc.gov/standards/alto/ns-v'


def page_xml():
    order = ('<ReadingOrder><OrderedGroup id="g"><RegionRefIndexed index="1" regionRef="a"/>'
             '<UnorderedGroupIndexed id="u" index="0"><RegionRef regionRef="b"/></UnorderedGroupIndexed>'
             '</OrderedGroup></ReadingOrder>')
    glyph = ('<Glyph id="g1"><Coords points="1,2 9,2 9,12 1,12"/><TextEquiv index="0" conf="0.5"><Unicode>月</Unicode>'
             '</TextEquiv><TextEquiv index="1"><Unicode>日</Unicode></TextEquiv></Glyph>')
    line = (f'<TextLine id="l" index="0" custom="shiqu {{line:{UUID}; kind:note_left;}}"><Coords points="1,2 9,40"/>'
            f'<Word id="w"><Coords points="1,2 9,12"/>{glyph}<TextEquiv><Unicode>月</Unicode></TextEquiv></Word>'
            '<TextEquiv conf="0.9"><Unicode>月</Unicode></TextEquiv></TextLine>')
    regions = (f'<TextRegion id="a" type="marginalia" readingDirection="top-to-bottom">{line}</TextRegion>'
               '<TableRegion id="t"><TextRegion id="b"><Coords><Point x="1" y="2"/><Point x="3" y="4"/></Coords>'
               '<TextEquiv><Unicode>a&amp;b\nc  d</Unicode></TextEquiv></TextRegion></TableRegion>')
    meta = ('<Metadata><Creator>x</Creator><MetadataItem type="processingStep" name="author" value="person:a"/>'
            '</Metadata>')

    def whole(version, body):
        return (f'<?xml version="1.0"?><PcGts xmlns="{PAGE}{version}">{meta}<Page imageFilename="a" imageWidth="100" '
                f'imageHeight="200">{body}</Page></PcGts>').encode()
    return {'whole': whole('2019-07-15', order + regions), 'old': whole('2010-03-19', regions),
            'cut': whole('2019-07-15', regions)[:500],
            'entities': b'<!DOCTYPE x [<!ENTITY a "b">]><PcGts>&a;</PcGts>'}


def alto():
    glyph = ('<Glyph CONTENT="月" GC="0.5" HPOS="1" VPOS="2" WIDTH="9" HEIGHT="9"><Variant CONTENT="日" VC="0.1"/>'
             '</Glyph>')
    line = (f'<TextLine ID="line_{UUID}" TAGREFS="k" BASEDIRECTION="ttb" HPOS="1" VPOS="2" WIDTH="9" HEIGHT="50">'
            f'<String CONTENT="月" WC="0.5">{glyph}</String><SP/><String CONTENT="ab" CS="true"/><HYP CONTENT="-"/>'
            '</TextLine>')
    shaped = ('<TextLine ID="l"><Shape><Polygon POINTS="1,2 3,4 5,9"/></Shape><String CONTENT="天"/>'
              '<String CONTENT="地"/></TextLine>')

    def whole(version, unit):
        return (f'<alto xmlns="{ALTO}{version}#"><Description><MeasurementUnit>{unit}</MeasurementUnit>'
                '<sourceImageInformation><fileName>a</fileName></sourceImageInformation><Processing ID="p">'
                '<processingCategory>contentGeneration</processingCategory><processingSoftware><softwareName>x'
                '</softwareName><softwareVersion>1</softwareVersion></processingSoftware></Processing></Description>'
                '<Tags><LayoutTag ID="k" LABEL="note_right"/></Tags><ReadingOrder><OrderedGroup ID="o"><ElementRef '
                'ID="e" REF="b l"/></OrderedGroup></ReadingOrder><Layout><Page ID="g" PHYSICAL_IMG_NR="1" '
                f'WIDTH="100" HEIGHT="200"><TopMargin><TextBlock ID="b">{shaped}</TextBlock></TopMargin><PrintSpace>'
                f'<ComposedBlock ID="c"><TextBlock ID="d">{line}</TextBlock></ComposedBlock></PrintSpace></Page>'
                '</Layout></alto>').encode()
    return {'whole': whole(4, 'pixel'), 'tenth': whole(2, 'mm10'), 'inch': whole(3, 'inch1200'),
            'cut': whole(4, 'pixel')[:700]}


def hocr():
    info = '<span class="ocrx_cinfo" title="x_bboxes 1 2 10 12; x_conf 50.5">月</span>'
    lines = (f'<span class="ocr_line" id="line_{UUID}" title="bbox 1 2 10 50; x_shiqu_kind note_left">'
             f'<span class="ocrx_word" title="bbox 1 2 10 12; x_wconf 50">{info}</span> <span class="ocrx_word" '
             'title="bbox 1 20 10 30"><em>ab</em><del>c</del></span></span>'
             '<span class="ocr_line" title="x_bboxes 1 2 3 4 5 6 7 8; x_confs 1 2; textangle 90">天地</span>'
             '<span class="ocr_header">x&nbsp;y</span>')
    whole = ('<!DOCTYPE html><html><head><meta name="ocr-system" content="x"/></head><body><div class="ocr_page" '
             f"title='image \"a;b\"; bbox 0 0 100 200'><div class=\"ocr_carea\" style=\"writing-mode: vertical-rl\">"
             f'{lines}</div></div></body></html>').encode()
    return {'whole': whole, 'cut': whole[:400], 'html': b'<html><meta><div class="ocr_page">a<br>b</div></html>'}


def bag_files():
    """Index in package_fuzz.cpp -> content."""
    digest = 'ab' * 64
    sha256 = 'cd' * 32
    signature = ('untrusted comment: x\n' + base64.b64encode(b'ED' + bytes(72)).decode() +
                 '\ntrusted comment: y\n' + base64.b64encode(bytes(64)).decode() + '\n')
    key = 'untrusted comment: k\n' + base64.b64encode(b'Ed' + bytes(40)).decode() + '\n'
    event = {'sequence': 1, 'at': '2026-01-01T00:00:00Z', 'agent': 'program:x', 'action': 'a',
             'subject': 's', 'detail': '{}', 'previous': '', 'hash': sha256}
    xml = ('<?xml version="1.0"?><PcGts xmlns="x"><Page imageFilename="masters/0001.tif" '
           'imageWidth="1" imageHeight="2"/></PcGts>')
    return {
        0: 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n',
        1: 'External-Identifier: gj0001\nPayload-Oxum: 3.1\nShiqu-Package-Version: 1\nBagging-Date: 2026-01-01\n',
        2: f'{digest}  data/masters/0001.tif\n{digest}  data/%0Ax\n',
        3: f'{sha256}  data/masters/0001.tif\n',
        4: f'{digest}  bagit.txt\n{digest}  bag-info.txt\n',
        5: signature, 6: 'http://x/y 3 data/z\n', 7: key, 8: 'II*\0', 9: xml, 10: '月\n',
        11: json.dumps(event) + '\n', 12: '{"verdict":"pass"}', 13: '{"@graph":[]}'}


def packed(files):
    return b''.join(bytes([i]) + struct.pack('<H', len(text.encode())) + text.encode()
                    for i, text in files.items())


def operation(code, *parameters, data=b''):
    return (struct.pack('<HB', code, len(parameters)) + b''.join(struct.pack('<I', p) for p in parameters) +
            bytes([len(data)]) + data)


def ptp():
    start = operation(0x1002, 1)
    everything = start + b''.join(
        [operation(0x1001), operation(0x1004), operation(0x1005, 0x10001), operation(0x1006, 0xFFFFFFFF),
         operation(0x1007, 0x10001, 0, 0), operation(0x100E), operation(0x90C8), operation(0x90C7),
         operation(0x1008, 100), operation(0x1009, 101), operation(0x100A, 101),
         operation(0x101B, 101, 10, 2000), operation(0x100B, 101), operation(0x1014, 0x500F),
         operation(0x1015, 0x500F), operation(0x1016, 0x500F, data=struct.pack('<H', 400)),
         operation(0x1016, 0x5003, data=b'\x03a\0b\0\0\0'), operation(0x9201), operation(0x9203),
         operation(0x9204, 1, 100), operation(0x9202), operation(0x90C1), operation(0x90C2, 1),
         operation(0x9207, 0xFFFFFFFF, 0), operation(0x9999), operation(0x1003)])
    ping = struct.pack('<II', 8, 13)
    raw = ping + struct.pack('<IIIHI', 18, 6, 1, 0x1001, 1)
    long = struct.pack('<II', 0x7FFFFFFF, 6)
    return {'nikon': b'\0' + everything, 'generic': b'\1' + everything, 'raw': b'\2' + raw,
            'long': b'\2' + long, 'short': b'\2' + raw[:-3]}


def images(folder):
    made = {}

    def convert(name, *arguments):
        file = pathlib.Path(folder, name)
        subprocess.run(['convert', *arguments, '-strip', str(file)], check=True)
        made[name.replace('.', '-')] = file.read_bytes()
    small = ['-size', '16x12', 'gradient:red-blue', '-depth', '8']
    convert('rgb.jpg', *small)
    convert('gray.jpg', *small, '-colorspace', 'gray')
    convert('rgb.png', *small)
    convert('gray16.png', *small, '-colorspace', 'gray', '-depth', '16')
    convert('palette.png', *small, '-type', 'palette')
    convert('rgb.tif', *small, '-compress', 'none')
    convert('rgb16.tif', *small, '-depth', '16', '-compress', 'lzw')
    convert('gray.tif', *small, '-colorspace', 'gray', '-endian', 'msb', '-compress', 'none')
    convert('cmyk.jpg', *small, '-colorspace', 'cmyk')
    exif = b'Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0'
    jpeg = made['rgb-jpg']
    made['turned-jpg'] = jpeg[:2] + b'\xff\xe1' + struct.pack('>H', len(exif) + 2) + exif + jpeg[2:]
    made['cut-jpg'] = jpeg[:len(jpeg) // 2]
    made['text'] = b'not an image'
    return made


def pyramid(folder):
    plain, tiled = pathlib.Path(folder, 'p.tif'), pathlib.Path(folder, 't.tif')
    made = {}
    for name, size in (('one', '40x30'), ('two', '600x20')):
        subprocess.run(['convert', '-size', size, 'gradient:red-blue', '-strip', '-type', 'truecolor', '-depth', '8',
                        '-compress', 'none', str(plain)], check=True)
        subprocess.run(['tiffcp', '-t', '-w', '512', '-l', '512', '-c', 'jpeg:90', str(plain), str(tiled)],
                       check=True)
        made[name] = tiled.read_bytes()
    return made


def seeds(folder):
    text = json.dumps(page_text(), ensure_ascii=False).encode()
    settings = ('[ocr]\nengine = "tesseract"\nlanguages = "HanT_vert"\nvertical = true\nat_capture = false\n'
                '[jobs]\nthreads = 4\n[capture]\nclear_card = true\n').encode()
    files = bag_files()
    return {
        'text': {'words': '詩 ab，𠀀é\u0301'.encode(), 'broken': b'\xed\xa0\x80\xc0\x80\xf5\xff',
                 'hex': b'00ffAB', 'base64': b'QUJD'},
        'channel': {'two': frame(b'{"op":"open"}') + frame(b'{"progress":{"done":1,"size":-1,"dpi":1e308}}'),
                    'error': frame(b'{"error":{"code":"timeout","what":"x","subject":"","native":"3"}}'),
                    'long': b'\xff\xff\xff\xff{}', 'bad': frame(b'{"op":'), 'cut': frame(b'{}' * 9)[:7]},
        'page_text': {'page': text, 'quality': json.dumps(quality()).encode(),
                      'types': b'{"lines":[{"id":7}],"width_px":"x","measures":[1]}',
                      'box': text.replace(b'400', b'1e99')},
        'text_body': {'own': packed_text(), 'spelled': packed_text(0x16), 'plain': packed_text(0),
                      'wide': packed_text().replace(zigzag(400), zigzag(2**31 + 5)), 'cut': packed_text()[:-9]},
        'page_xml': page_xml(), 'alto': alto(), 'hocr': hocr(),
        'device_messages': {'all': json.dumps(device()).encode(), 'types': b'{"frames":[1,{"dpi":"x"}],"choices":[1]}'},
        'settings': {'all': settings, 'key': b'[ocr]\nlanguage = "x"\n', 'cut': b'[ocr\n', 'date': b'[ocr]\nengine = 1979-05-27\n'},
        'bag_text': {'declaration': b'\0' + files[0].encode(), 'tags': b'\0' + files[1].encode() + b'  folded\n',
                     'manifest': b'\2' + files[2].encode() + b'00 *./a\r\n', 'wide': b'\3' + 'A: b\n𠀀: c'.encode('utf-16-be')},
        'package': {'whole': packed(files), 'empty': packed({0: files[0]}),
                    'no_profile': packed({i: files[i] for i in (0, 2, 8)})},
        'minisign': {'key': files[7].encode(), 'signature': files[5].encode(), 'old': files[5].replace('RU', 'RW').encode()},
        'image': images(folder), 'pyramid': pyramid(folder), 'ptp': ptp(),
        'vcam_control': {'all': b'shutter\nfaults busy,drop\nfaults none\nunplug\nprop 500F 400\nprop 5001 x\ncard\nquit\nwhat\n'}}


def key_seeds():
    sealed = ('shiqu sealed key 1\nkind: ed25519\nid: 0123456789ABCDEF\npublic: ' + base64.b64encode(bytes(32)).decode() +
              '\nargon2id: 3 268435456 ' + base64.b64encode(bytes(16)).decode() + '\nnonce: ' +
              base64.b64encode(bytes(24)).decode() + '\nsealed: ' + base64.b64encode(bytes(80)).decode() + '\n').encode()
    return {'sealed': sealed, 'cut': sealed[:100], 'kind': sealed.replace(b'ed25519', b'x25519'),
            'bech32': b'abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw', 'empty': b'A12UEL5L'}


def weight_seeds():
    def whole(header, data):
        text = json.dumps(header).encode()
        return struct.pack('<Q', len(text)) + text + data
    header = {'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]},
              'b': {'dtype': 'F16', 'shape': [1, 2], 'data_offsets': [8, 12]}, '__metadata__': {'characters': '天'}}
    beyond = {'a': {'dtype': 'F32', 'shape': [1 << 62, 4], 'data_offsets': [0, 1 << 40]}}
    node = b'\x0a\x01x\x12\x01y\x22\x08Identity'
    tensor = b'\x08\x02\x10\x01\x42\x01w\x4a\x08' + struct.pack('<ff', 1, 2)
    graph = b'\x0a' + bytes([len(node)]) + node + b'\x2a' + bytes([len(tensor)]) + tensor + b'\x62\x03\x0a\x01y'
    return {'whole': whole(header, bytes(12)), 'beyond': whole(beyond, bytes(8)), 'long': b'\xff' * 8 + b'{}',
            'onnx': b'\x08\x07\x3a' + bytes([len(graph)]) + graph}


def model_seeds():
    tables = ['龍,竜\n去,弆\n', '龙\t龍\n', '竜龍\n']
    return {'trusted_list': {'one': b'0' * 64 + b'  tib.traineddata', 'two': b'a' * 64 + b'  x\n' + b'b' * 64 + b'  y',
                             'digest': b'A' * 64 + b'  x', 'short': b'00  x'},
            'language': {'magic': b'SHIQULM1', 'small': b'SHIQULM1' + bytes([2, 0x29, 3, 0x30, 2, 1, 1, 2, 1, 1, 1, 0]),
                         'huge': b'SHIQULM1' + b'\xff' * 9 + b'\x01', 'other': b'SHIQULM2'},
            'variants': {'all': b''.join(struct.pack('<H', len(x.encode())) + x.encode() for x in tables),
                         'broken': struct.pack('<H', 4) + b'\xed\xa0\x80,' + struct.pack('<H', 2) + b'\t\t'},
            'desk_input': {'chord': b'Ctrl+Shift+F1', 'plus': b'Ctrl++', 'log': b'1 key A press ctrl 0 0 0 0\n'}}


def main(corpus):
    with tempfile.TemporaryDirectory() as folder:
        every = {**seeds(folder), **model_seeds(), 'key_file': key_seeds(), 'weights': weight_seeds()}
        for target, inputs in every.items():
            pathlib.Path(corpus, target).mkdir(parents=True, exist_ok=True)
            for name, content in inputs.items():
                pathlib.Path(corpus, target, f'{name}.seed').write_bytes(content)


if __name__ == '__main__':
    main(sys.argv[1])
